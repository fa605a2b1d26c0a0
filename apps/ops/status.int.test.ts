import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlBucket, controlKeys, subjects } from '#shared/contracts'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { BareClient } from '../../test/support/bare-client.js'
import { insertRows } from '../../test/support/rows.js'
import { noNats, runOps } from '../../test/support/run-ops.js'
import { System } from '../../test/support/system.js'

let system: System
let client: BareClient
beforeAll(async () => {
  system = await System.start({ services: ['claim-completer', 'notifier'] })
  client = await BareClient.connect(system.nats.url)
  await insertRows(system.connection, {
    'IntSchema.Task': [{ TaskId: 1, Task: 'X', Status: 'FAILED', DateCreated: '2026-11-21 10:00:00' }],
    'AsyncSchema.PaymentRun': [paymentRun],
  })
}, 120_000)
afterAll(async () => {
  await client.close()
  await system.stop()
})

const paymentRun = {
  ...{
    RunId: 'r',
    RunDate: '2026-11-20',
    Stamp: 's',
    State: 'STOPPED',
    LastReason: 'sums-disagree',
    Stage: 0,
  },
  ...{
    LastKey: 0,
    ClaimsPaid: 0,
    TopUpsPaid: 0,
    TotalPence: 0,
    LeftOut: 0,
    DateStarted: '2026-11-20 00:05:00',
  },
}
const ops = (line: string, more = {}) =>
  runOps(line, { ...system.database.env, ...system.nats.envOf('ops'), ...more })

interface Status {
  readonly server: { handlers: { name: string }[]; streams: object[]; deadLetters: object } | null
  readonly database: object | null
}
async function status(): Promise<Status & { handler: (name: string) => unknown }> {
  const { code, out, err } = await ops('status --json')
  expect({ code, err, lines: out.length }).toEqual({ code: 0, err: [], lines: 1 })
  const found = JSON.parse(out[0] ?? '') as Status
  return { ...found, handler: (name) => found.server?.handlers.find((each) => each.name === name) }
}

describe('status', () => {
  it('does not wait for whoever writes to the database', async () => {
    await system.connection.transaction(async (db) => {
      await db
        .insertInto('AsyncSchema.FileToDelete')
        .values({ ClaimDocumentId: 1, DateFailed: '2026-11-21 10:00:00' })
        .execute()
      expect((await status()).database).not.toBeNull()
    })
  })

  it('is streams, handlers, dead letters, owed messages, tasks and payment runs', async () => {
    await system.stopService('notifier')
    await client.publish(subjects.notifyClaimAccepted, '{}')
    await client.publish('dead-letters.send-email', 'x')
    const { server, database, handler } = await status()
    expect(handler('send-email')).toEqual({
      ...{ name: 'send-email', stream: 'NOTIFICATIONS', present: true, lag: 1, inFlight: 0, retried: 0 },
      ...{ oldestMs: expect.any(Number), paused: null, upstreamOut: null },
      ...{ fetching: 0, delivered: 0, lastAnswered: null },
      starved: 'nobody fetches its messages: its service is not running, or is refused them',
    })
    expect(handler('complete-claim')).toMatchObject({ present: true, lag: 0, oldestMs: null })
    expect(handler('check-benefit')).toMatchObject({ present: true, stream: 'CLAIMS' })
    expect(server?.deadLetters).toEqual({ 'send-email': 1 })
    expect(server?.streams).toContainEqual({
      ...{ name: 'NOTIFICATIONS', present: true, messages: 1, bytes: expect.any(Number), replicas: 1 },
      ...{ oldestMs: expect.any(Number), newestMs: expect.any(Number) },
    })
    expect(database).toEqual({
      outbox: { owed: 0, oldestMs: null },
      waiting: { count: 0, next: null },
      tasks: expect.arrayContaining([
        { schema: 'IntSchema', status: 'FAILED', count: 1 },
        { schema: 'ExtSchema', status: 'PENDING', count: 0 },
      ]),
      payments: [{ date: '2026-11-20', state: 'STOPPED', reason: 'sums-disagree' }],
    })
  })

  it('for people says what is missing, paused or out', async () => {
    await ops('pause approve-claim --reason caseworkers-asked')
    const connection = await connect({ servers: system.nats.url, tls: null })
    const bucket = await new Kvm(connection).open(controlBucket)
    const out = { since: '2026-11-21T10:00:00Z', until: '2026-11-21T10:01:00Z', reason: 'timed-out' }
    await bucket.put(controlKeys.upstream('notify'), JSON.stringify(out))
    await connection.close()
    const text = (await ops('status')).out.join('\n')
    expect(text).toMatch(/^check-benefit .* nobody fetches its messages: its service is not running/m)
    expect(text).toMatch(/^approve-claim .* paused since .*: caseworkers-asked$/m)
    expect(text).toMatch(
      /^send-email +1 .* upstream out since 2026-11-21 10:00:00, tried at 2026-11-21 10:01:00: timed-out$/m,
    )
    expect(text).toMatch(/^2026-11-20 +STOPPED +sums-disagree$/m)
  })

  it('without NATS, or without the database, is the other half, and says so', async () => {
    const withoutNats = await ops('status --json', noNats)
    expect(withoutNats).toMatchObject({
      code: 1,
      err: [expect.stringMatching(/^ops status: not all could be looked at: NATS cannot be reached/)],
    })
    expect(JSON.parse(withoutNats.out[0] ?? '')).toMatchObject({ server: null, database: { payments: [{}] } })
    const withoutDatabase = await ops('status --json', system.database.nowhere)
    expect(withoutDatabase).toMatchObject({
      code: 1,
      err: [expect.stringMatching(/there is no database in DATA_DIR|the database cannot be used/)],
    })
    expect(JSON.parse(withoutDatabase.out[0] ?? '')).toMatchObject({
      database: null,
      server: { streams: [{}, {}, {}, {}, {}, {}] },
    })
  })
})

describe('pause and resume', () => {
  it('are known to everybody, and listed', async () => {
    expect(await ops('pause raise-ticket')).toEqual({
      code: 0,
      out: ['raise-ticket is paused: by an operator'],
      err: [],
    })
    expect((await ops('pause --list')).out.slice(1).map((line) => line.split(/ {2,}/)[0])).toContain(
      'raise-ticket',
    )
    expect((await ops('resume raise-ticket')).out).toEqual(['raise-ticket goes on'])
    expect((await ops('resume raise-ticket')).out).toEqual(['raise-ticket was not paused'])
    expect((await ops('pause --list')).out.join()).not.toContain('raise-ticket')
  })

  it.each([
    ['pause', 'there is no handler'],
    ['pause postman', 'there is no handler postman: one of '],
    ['pause send-email raise-ticket', 'one handler at a time'],
    ['pause send-email --reason=', '--reason is empty'],
    ['pause send-email --list', '--list stands alone'],
    ['resume toString', 'there is no handler toString'],
  ])('"%s" is refused in one line', async (line, reason) => {
    const { code, out, err } = await ops(line)
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 })
    expect(err[0]).toContain(reason)
  })
})
