import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromLondon, ShiftedClock, toLondon } from '#shared/clock'
import type { OutgoingMessage } from '#shared/contracts'
import { retryDeliveries } from '#shared/operations'
import { BareClient } from './support/bare-client.js'
import { System } from './support/system.js'
import { until } from './support/until.js'
import { WebhookReceivers } from './support/webhook-receivers.js'
import { addReceiver, SecretFile, tellEvents } from './support/webhook-work.js'

const start = '2024-03-13 11:30:00'
const clockAt = (minutes: number) =>
  new ShiftedClock(toLondon(new Date(fromLondon(start).getTime() + minutes * 60_000)))

let system: System
let client: BareClient
let receivers: WebhookReceivers
let secrets: SecretFile
beforeEach(async () => {
  secrets = new SecretFile()
  receivers = await WebhookReceivers.listen()
  system = await System.start({
    clock: start,
    services: ['task-relay'],
    env: { WEBHOOK_SECRETS: secrets.path },
  })
  client = await BareClient.connect(system.nats.url)
}, 60_000)
afterEach(async () => {
  await client.close()
  await system.stop()
  await receivers.close()
  secrets.remove()
})

const publish = async (messages: readonly OutgoingMessage[]) => {
  for (const { id, subject, body } of messages)
    await client.publish(subject, body, { 'ce-id': id, 'Nats-Msg-Id': id })
}
const tell = (cause: string, count: number) =>
  tellEvents(system.connection, system.clock, cause, Array(count).fill('claim.paid'), publish)
const add = (name: string) =>
  addReceiver(system.connection, receivers, system.clock, { name, wants: ['claim.paid'] })
const retry = (name: string) =>
  retryDeliveries(system.connection, { name }, { now: system.clock.now(), dryRun: false, reason: '' })
const reasons = async () => {
  const rows = await system.connection.db.selectFrom('AsyncSchema.Outbox').select('LastReason').execute()
  return rows.map(({ LastReason }) => LastReason)
}

describe('two senders whose clocks differ by minutes', () => {
  it.each([
    ['ahead', 4],
    ['behind', -4],
  ])('send one request at a time: the second is %s', async (_, minutes) => {
    await system.startService('webhook-sender')
    await add('one')
    let answer = () => undefined as void
    const asked = new Promise<void>((resolve) => (answer = resolve))
    receivers.behave('one', () => ({ status: 500, after: asked }))
    await tell('first', 2)
    await until('it is asked', () => receivers.of('one').length === 1)
    await system.startService('webhook-sender', 'the second', clockAt(minutes))
    // It fetches no more, and waits for the end of its request.
    const stopped = system.stopService('webhook-sender')
    await retry('one')
    await until(
      'the second has tried',
      async () =>
        receivers.of('one').length > 1 || (await reasons()).includes('webhook-being-sent-by-another'),
    )
    expect(receivers.of('one')).toHaveLength(1)
    receivers.behave('one')
    answer()
    await stopped
    await until('both are taken', () => receivers.taken('one').length >= 2)
    expect(receivers.taken('one')).toEqual([1, 2])
    expect(receivers.mostAtOnce('one')).toBe(1)
  })

  it('keep the order at each endpoint, however often operators have what is due tried again', async () => {
    await system.startService('webhook-sender', 'ahead', clockAt(4))
    await system.startService('webhook-sender', 'behind', clockAt(-4))
    const names = ['one', 'two', 'three']
    for (const name of names) {
      await add(name)
      receivers.behave(name, () => ({ status: 204, afterMs: 20 }))
    }
    const count = 20
    await tell('many', count)
    for (let place = 2; place <= count; place += 4) {
      await until(`the first has taken ${place}`, () => receivers.taken('one').includes(place))
      for (const name of names) await retry(name).catch(() => undefined)
    }
    await until('all is taken', () => names.every((name) => receivers.taken(name).includes(count)))
    await system.settled()
    for (const name of names) {
      const sequences = receivers.of(name).map(({ sequence }) => sequence)
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
      expect(new Set(sequences)).toEqual(new Set(Array.from({ length: count }, (_, place) => place + 1)))
      expect(receivers.mostAtOnce(name)).toBe(1)
    }
  })
})
