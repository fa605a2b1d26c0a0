import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jwtVerify } from 'jose'
import { Webhook } from 'standardwebhooks'
import { addDays } from '#shared/clock'
import { streams, type EventName, type OutgoingMessage } from '#shared/contracts'
import { BareClient } from './support/bare-client.js'
import { firstTimeClaim } from './support/claim-rows.js'
import { submit } from './support/claim-cases.js'
import { readExposition } from './support/exposition.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'
import { WebhookReceivers } from './support/webhook-receivers.js'
import { addReceiver, SecretFile, signingKeys, tellEvents, tokenKey } from './support/webhook-work.js'

const start = '2024-03-13 11:30:00'

describe('webhooks', () => {
  let system: System
  let client: BareClient
  let receivers: WebhookReceivers
  let secrets: SecretFile

  beforeAll(async () => {
    secrets = new SecretFile()
    receivers = await WebhookReceivers.listen()
    const env: Record<string, string> = {
      // What is held here is answered only when an operator is done, however long that takes.
      ...{ WEBHOOK_SECRETS: secrets.path, WEBHOOK_TIMEOUT_MS: '20000' },
      ...{ CHAT_PAUSE_SECONDS: '1', WEBHOOK_TOKEN_ISSUER: 'hwpv-test' },
    }
    system = await System.start({ clock: start, services: [], env })
    env.CHAT_WEBHOOK_URL = system.simulators.chat.webhook
    for (const name of ['task-relay', 'webhook-sender', 'scheduler']) await system.startService(name)
    client = await BareClient.connect(system.nats.url)
  }, 180_000)
  afterAll(async () => {
    await client.close()
    await system.stop()
    await receivers.close()
    secrets.remove()
  })

  const db = () => system.connection.db
  const publish = async (messages: readonly OutgoingMessage[]) => {
    for (const { id, subject, body } of messages)
      await client.publish(subject, body, { 'ce-id': id, 'Nats-Msg-Id': id })
  }
  let told = 0
  const tell = (...names: EventName[]) =>
    tellEvents(system.connection, system.clock, `test.${(told += 1)}`, names, publish)
  const add = (name: string, ...wants: EventName[]) =>
    addReceiver(system.connection, receivers, system.clock, { name, wants })
  const operator = async (line: string) => {
    const env = { ...system.database.env, ...system.nats.envOf('ops'), LOOPBACK_ALLOWED: 'true' }
    const { code, out, err } = await runOps(line, env)
    expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
    return out.join('\n')
  }
  const got = (endpoint: string, count: number) =>
    until(`${endpoint} has taken ${count}`, () => receivers.taken(endpoint).length >= count)
  const deliveries = (endpoint: string) =>
    db()
      .selectFrom('AsyncSchema.WebhookDelivery as d')
      .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
      .select(['d.Sequence', 'd.State', 'd.LastReason'])
      .where('e.Name', '=', endpoint)
      .orderBy('d.Sequence')
      .execute()
  const states = async (endpoint: string) => (await deliveries(endpoint)).map(({ State }) => State)
  const letters = async () =>
    (await client.read(streams.deadLetters.name)).filter(({ subject }) => subject.endsWith('.send-webhook'))
  const gaugesOf = async (endpoint: string) => {
    const port = system.services.get('webhook-sender')?.port
    const exposed = readExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
    const value = (name: string) =>
      exposed.get(name)?.samples.find(({ labels }) => labels.endpoint === endpoint)?.value
    return { waiting: value('hwpv_webhook_waiting'), age: value('hwpv_webhook_oldest_age_seconds') }
  }
  const verified = (headers: object, body: string, key: string = signingKeys.first) =>
    new Webhook(key).verify(body, headers as Record<string, string>)

  it('tell nobody, and write nothing down, where nobody asked', async () => {
    expect(await tell('claim.paid', 'claim.decided')).toBe(true)
    const rows = await db().selectFrom('AsyncSchema.WebhookEvent').selectAll().execute()
    expect(rows).toEqual([])
    const owed = await db().selectFrom('AsyncSchema.Outbox').selectAll().execute()
    expect(owed).toEqual([])
  })

  it('tell who asked for it, once and in order, without a restart', async () => {
    await add('orders', 'claim.submitted', 'claim.paid')
    await tell('claim.paid', 'claim.decided', 'claim.submitted')
    await tell('claim.submitted')
    await got('orders', 3)
    expect(receivers.of('orders').map(({ sequence, event }) => [sequence, event])).toEqual([
      [1, 'claim.paid'],
      [2, 'claim.submitted'],
      [3, 'claim.submitted'],
    ])
    const [first] = receivers.of('orders')
    expect(JSON.parse(first?.body ?? '')).toEqual({
      ...{ type: 'claim.paid', sequence: 1, timestamp: expect.stringMatching(/^2024-03-13T11:3\d:/) },
      data: { reference: 'ABC1234', claimId: 34, run: 'payment-run.2026-11-20' },
    })
    expect(new Set(receivers.of('orders').map(({ id }) => id)).size).toBe(3)
    expect(first?.id).toMatch(/^evt_[0-9a-f]{32}$/)
    await until(
      'all are delivered',
      async () => (await states('orders')).join() === Array(3).fill('DELIVERED').join(),
    )
  })

  it('are in the journey of the claim that they are about', async () => {
    expect(await operator('journey ABC1234')).toMatch(
      /webhook +claim\.paid +evt_[0-9a-f]{32} +DELIVERED +number 1 at orders/,
    )
  })

  it('sign what they send so that an independent library takes it', async () => {
    // The library goes by the machine's clock.
    system.clock.set(londonNow())
    await add('signed', 'claim.paid')
    await tell('claim.paid')
    await got('signed', 1)
    const [call] = receivers.of('signed')
    const { headers = {}, body = '' } = call ?? {}
    expect(verified(headers, body)).toEqual(JSON.parse(body))
    expect(() => verified(headers, `${body} `)).toThrow('signature')
    expect(() => verified(headers, body, signingKeys.second)).toThrow('signature')
    expect(headers.authorization).toBeUndefined()
    system.clock.set(start)
  })

  it('are signed by two secrets while one is changed, and carry a token where that is wanted', async () => {
    system.clock.set(londonNow())
    secrets.write({ first: { signing: signingKeys.first, token: tokenKey }, second: signingKeys.second })
    await add('rotating', 'claim.paid')
    await operator('webhooks change rotating --other-secret second --token yes --reason rotation --yes')
    await tell('claim.paid')
    await got('rotating', 1)
    const [{ headers, body } = { headers: {}, body: '' }] = receivers.of('rotating')
    for (const key of Object.values(signingKeys))
      expect(verified(headers, body, key)).toEqual(JSON.parse(body))
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    const { payload } = await jwtVerify(token, Buffer.from(tokenKey), { issuer: 'hwpv-test' })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(600)
    system.clock.set(start)
  })

  it('pass over what a receiver refuses for good, and say so', async () => {
    await add('picky', 'claim.paid')
    receivers.behave('picky', ({ sequence }) => ({ status: sequence === 2 ? 422 : 200 }))
    await tell('claim.paid', 'claim.paid', 'claim.paid')
    await got('picky', 2)
    expect(receivers.taken('picky')).toEqual([1, 3])
    await until('the end is written down', async () => (await states('picky'))[2] === 'DELIVERED')
    expect((await deliveries('picky'))[1]).toEqual({
      Sequence: 2,
      State: 'REFUSED',
      LastReason: 'webhook-422',
    })
    expect(await operator('webhooks show picky')).toMatch(/REFUSED .*webhook-422/)
  })

  it('wait for as long as a receiver says, and follow it nowhere else', async () => {
    await add('busy', 'claim.paid')
    let asked = 0
    receivers.behave('busy', () => {
      asked += 1
      if (asked === 1) return { status: 503, headers: { 'retry-after': '3' } }
      return asked === 2
        ? { status: 307, headers: { location: receivers.addressOf('elsewhere') } }
        : { status: 200 }
    })
    await tell('claim.paid')
    await got('busy', 1)
    const [one, two, three] = receivers.of('busy')
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThanOrEqual(2_900)
    expect(new Set([one?.id, two?.id, three?.id]).size).toBe(1)
    expect(receivers.of('elsewhere')).toEqual([])
  })

  it('are paused and let go on, tried from a number on, and tested', async () => {
    await add('tended', 'claim.paid')
    await operator('webhooks change tended --state paused --reason to-see --yes')
    await tell('claim.paid', 'claim.paid')
    await until('both are queued', async () => (await states('tended')).length === 2)
    expect(receivers.of('tended')).toEqual([])
    await operator('webhooks change tended --state active --reason to-see --yes')
    await got('tended', 2)
    await until('both are delivered', async () => (await states('tended')).join() === 'DELIVERED,DELIVERED')
    expect(await operator('webhooks retry tended --from 1 --yes')).toBe(
      'tried again: 2 at webhook endpoint tended',
    )
    await got('tended', 4)
    await operator('webhooks test tended --yes')
    await got('tended', 5)
    const calls = receivers.of('tended')
    expect(calls.map(({ sequence }) => sequence)).toEqual([1, 2, 1, 2, 3])
    expect(calls.slice(2, 4).map(({ id }) => id)).toEqual(calls.slice(0, 2).map(({ id }) => id))
    expect(calls[4]?.event).toBe('webhook.test')
    expect(receivers.mostAtOnce('tended')).toBe(1)
  })

  it('are seen to wait, how many and since when, at each endpoint that has not ended', async () => {
    await add('seen', 'claim.paid')
    await operator('webhooks change seen --state paused --reason to-see --yes')
    await tell('claim.paid', 'claim.paid')
    await until('both are queued', async () => (await states('seen')).length === 2)
    system.clock.set('2024-03-13 12:31:00')
    await until('they are counted', async () => {
      const { waiting = 0, age = 0 } = await gaugesOf('seen')
      return waiting === 2 && age >= 3_600 && age < 3_720
    })
    await operator('webhooks change seen --state active --reason to-see --yes')
    await got('seen', 2)
    await until('none waits', async () => {
      const { waiting, age } = await gaugesOf('seen')
      return waiting === 0 && age === 0
    })
    await operator('webhooks change seen --state ended --reason to-see --yes')
    await until('nothing is said of it', async () => (await gaugesOf('seen')).waiting === undefined)
    system.clock.set(start)
  })

  it('end with an endpoint that says that it is gone, and people are told', async () => {
    await add('leaving', 'claim.paid')
    receivers.behave('leaving', () => ({ status: 410 }))
    await tell('claim.paid', 'claim.paid')
    await until('it has ended', async () => (await states('leaving')).join() === 'REFUSED,CANCELLED')
    await tell('claim.paid')
    await got('orders', 9)
    expect(receivers.of('leaving')).toHaveLength(1)
    expect((await deliveries('leaving')).length).toBe(2)
    const chat = () => system.simulators.chat.calls.map(({ text }) => text).join('\n')
    await until('the chat is told', () => chat().includes('Webhook endpoint gone: leaving'))
  })

  it('do not end with an address that an operator has changed while it was asked', async () => {
    await add('moving', 'claim.paid')
    let answer = () => undefined as void
    const changed = new Promise<void>((resolve) => (answer = resolve))
    receivers.behave('moving', () => ({ status: 410, after: changed }))
    await tell('claim.paid', 'claim.paid')
    await until('it is asked', () => receivers.of('moving').length > 0)
    await operator(`webhooks change moving --address ${receivers.addressOf('moved')} --reason moved`)
    answer()
    await got('moved', 2)
    expect(receivers.of('moving')).toHaveLength(1)
    expect(receivers.taken('moved')).toEqual([1, 2])
  })

  it('do not end with what was asked before an operator had it sent once more', async () => {
    await add('again', 'claim.paid')
    let answer = () => undefined as void
    const retried = new Promise<void>((resolve) => (answer = resolve))
    receivers.behave('again', () => ({ status: 410, after: retried }))
    await tell('claim.paid', 'claim.paid')
    await until('it is asked', () => receivers.of('again').length > 0)
    receivers.behave('again')
    await operator('webhooks retry again')
    answer()
    await got('again', 2)
    expect(receivers.taken('again')).toEqual([1, 2])
  })

  it('wait at an endpoint that is dead for five days: held, told once, and then all of it in order', async () => {
    await add('dead', 'claim.decided')
    await add('alive', 'claim.decided')
    receivers.behave('dead', () => 'reset')
    await tell('claim.decided', 'claim.decided')
    await until('it was tried in vain', () => receivers.of('dead').length > 1)
    system.clock.set(`${addDays(start.slice(0, 10), 5)} 11:30:00`)
    await until('it is given up', async () => (await letters()).length === 1)
    await tell(...Array<EventName>(5).fill('claim.decided'))
    await got('alive', 7)
    expect(receivers.taken('alive')).toEqual([1, 2, 3, 4, 5, 6, 7])
    const tries = receivers.of('dead').length
    expect(await operator('webhooks show dead')).toMatch(/dead +HELD/)
    const chat = () => system.simulators.chat.calls.map(({ text }) => text).join('\n')
    await until('the chat is told', () => chat().includes('send-webhook, webhook-reset'))
    expect(await letters()).toHaveLength(1)
    expect(receivers.of('dead')).toHaveLength(tries)
    receivers.behave('dead')
    await operator('dead-letters retry --consumer send-webhook --yes')
    await got('dead', 7)
    expect(receivers.taken('dead')).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(new Set(receivers.of('dead').map(({ id }) => id)).size).toBe(7)
    expect(await letters()).toEqual([])
    system.clock.set(start)
  })

  it('are told by what is done: a claim that was submitted', async () => {
    await add('claims', 'claim.submitted')
    await system.startService('claim-completer')
    await submit(system, firstTimeClaim(77))
    await got('claims', 1)
    const [call] = receivers.of('claims')
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      ...{ type: 'claim.submitted', data: { reference: expect.stringMatching(/^\w+$/) } },
    })
    await system.stopService('claim-completer')
  })

  it('carry nobody’s data, and leave none in the log', async () => {
    const lines = system.logLines.join('')
    expect(lines).not.toMatch(/127\.0\.0\.1:\d+\/\w|whsec_/)
    const bodies = (await client.read(streams.notifications.name)).map(({ body }) => body)
    const ofWebhooks = bodies.filter((body) => body.includes('endpointId'))
    expect(ofWebhooks.length).toBeGreaterThan(0)
    for (const body of ofWebhooks) expect(body).toMatch(/^\{"endpointId":\d+,"sequence":\d+\}$/)
  })
})

/** The machine's own time, as the London clock writes it. */
function londonNow(): string {
  const text = new Date().toLocaleString('sv-SE', { timeZone: 'Europe/London' })
  return `${text}.000`
}
