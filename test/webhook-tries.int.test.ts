import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { streams } from '#shared/contracts'
import { changeEndpoint, readEndpoints } from '#shared/operations'
import { BareClient } from './support/bare-client.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'
import { WebhookReceivers } from './support/webhook-receivers.js'
import { addReceiver, SecretFile, signingKeys, tellEvents, tokenKey } from './support/webhook-work.js'

let system: System
let client: BareClient
let receivers: WebhookReceivers
let secrets: SecretFile
beforeEach(async () => {
  secrets = new SecretFile()
  receivers = await WebhookReceivers.listen()
  system = await System.start({
    clock: '2024-03-13 11:30:00',
    services: ['task-relay', 'webhook-sender'],
    env: { WEBHOOK_SECRETS: secrets.path },
  })
  client = await BareClient.connect(system.nats.url)
  await addReceiver(system.connection, receivers, system.clock, { name: 'one', wants: ['claim.paid'] })
}, 60_000)
afterEach(async () => {
  await client.close()
  await system.stop()
  await receivers.close()
  secrets.remove()
})

const tell = (...names: 'claim.paid'[]) => tellEvents(system.connection, system.clock, 'cause', names)
const dueBy = () =>
  system.connection.db.selectFrom('AsyncSchema.WebhookDelivery').select(['MessageId', 'Run']).execute()
const letters = async () => (await client.read(streams.deadLetters.name)).length
const change = (other: Omit<Parameters<typeof changeEndpoint>[1], 'name'>) =>
  changeEndpoint(
    system.connection,
    { name: 'one', ...other },
    { now: system.clock.now(), dryRun: false, reason: 'test' },
  )
const say = (state: 'active' | 'paused') => change({ state })
/** Answers so once, and well afterwards. */
const once = (status: number, headers: Record<string, string> = {}) => {
  let asked = 0
  receivers.behave('one', () => ((asked += 1) === 1 ? { status, headers } : { status: 204 }))
}
const taken = (...sequences: number[]) =>
  until('it has taken them', () => receivers.taken('one').join() === sequences.join())

describe('a webhook', () => {
  it('is given its day by the first try, and not by when it was due: no sender ran', async () => {
    await say('paused')
    await tell('claim.paid')
    const queued = system.connection.db.selectFrom('AsyncSchema.WebhookDelivery').select('Sequence')
    await until('it is queued', async () => (await queued.execute()).length === 1)
    await system.stopService('webhook-sender')
    await say('active')
    once(500)
    system.clock.set('2024-03-15 11:30:00')
    await system.startService('webhook-sender')
    await taken(1)
    expect(receivers.of('one')).toHaveLength(2)
    expect(await letters()).toBe(0)
  })

  it('has another day once an operator has retried it', async () => {
    receivers.behave('one', () => ({ status: 500 }))
    await tell('claim.paid')
    await until('it was tried in vain', () => receivers.of('one').length > 1)
    system.clock.set('2024-03-15 11:30:00')
    await until('it is given up', async () => (await letters()) === 1)
    once(500)
    const before = receivers.of('one').length
    const env = { ...system.database.env, ...system.nats.envOf('ops') }
    const { err } = await runOps('dead-letters retry --consumer send-webhook --yes', env)
    expect(err).toEqual([])
    await taken(1)
    expect(receivers.of('one')).toHaveLength(before + 2)
    expect(await letters()).toBe(0)
  })

  it('is tried at once where its endpoint is let go on, whatever its next try waits for', async () => {
    once(503, { 'retry-after': '3600' })
    await tell('claim.paid', 'claim.paid')
    await until('it was tried', () => receivers.of('one').length > 0)
    await say('paused')
    await say('active')
    await taken(1, 2)
    expect(receivers.of('one').map(({ sequence }) => sequence)).toEqual([1, 1, 2])
  })

  it.each([
    ['address', () => ({ address: receivers.addressOf('moved') }), 'moved'],
    ['secret', () => ({ secret: 'second' }), 'one'],
    ['second secret', () => ({ otherSecret: 'second' }), 'one'],
    ['token', () => ({ token: true }), 'one'],
  ] as const)('is tried at once where the %s of its endpoint is mended', async (_, other, at) => {
    secrets.write({ first: { signing: signingKeys.first, token: tokenKey }, second: signingKeys.second })
    once(503, { 'retry-after': '3600' })
    await tell('claim.paid', 'claim.paid')
    await until('it was tried', () => receivers.of('one').length > 0)
    await change(other())
    await until('both are taken', () => receivers.taken(at).join() === '1,2')
  })

  it('waits for its next try where its endpoint gets other events from now on, or the same address', async () => {
    receivers.behave('one', () => ({ status: 503, headers: { 'retry-after': '3600' } }))
    await tell('claim.paid')
    await until('it was tried', () => receivers.of('one').length > 0)
    const before = await dueBy()
    await change({ events: ['claim.paid', 'claim.decided'], address: receivers.addressOf('one') })
    expect(await dueBy()).toEqual(before)
  })

  it('is tried at once where its endpoint is held, and its address is mended', async () => {
    receivers.behave('one', () => ({ status: 404 }))
    await tell('claim.paid', 'claim.paid')
    await until('it was tried in vain', () => receivers.of('one').length > 1)
    system.clock.set('2024-03-15 11:30:00')
    await until('it is given up', async () => (await letters()) === 1)
    await change({ address: receivers.addressOf('moved') })
    await until('both are taken', () => receivers.taken('moved').join() === '1,2')
    await system.settled()
    const [one] = await readEndpoints(system.connection, 'one')
    expect(one).toMatchObject({ due: null, deliveries: { DELIVERED: 2 } })
  })
})
