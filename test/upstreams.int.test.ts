import { afterEach, describe, expect, it } from 'vitest'
import { rm } from 'node:fs/promises'
import { streams } from '#shared/contracts'
import { Log } from '#shared/logging'
import { NatsClient, natsSettings, OperatorControl } from '#shared/messaging'
import type { Misbehaviour } from '../testing/simulators/misbehaviour.js'
import {
  benefitAnswers,
  claimKinds,
  claimOfKind,
  openClaims,
  submit,
} from '../testing/simulators/external-web-app/index.js'
import { BareClient } from './support/bare-client.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const claims = 40
const patient = 30_000

let system: System
let operator: NatsClient
afterEach(async () => {
  await operator.close()
  await system.stop()
})

/**
 * Two replicas of what depends on upstreams. Each outage here is longer than the server's wait for an answer; and that is
 * longer than this process may stand still: all services are in it, and compilers of other tests beside it.
 */
async function start(clock: string, env: Record<string, string> = {}): Promise<void> {
  system = await System.start({ clock, env: { NATS_ACK_WAIT_MS: '5000', ...env } })
  await system.startService('notifier', 'second notifier')
  await system.startService('dwp-checker', 'second dwp-checker')
  operator = new NatsClient(natsSettings(system.nats.envOf('ops')), 'ops', Log.create('ops', 'silent'))
  await operator.connect()
}

const control = () => new OperatorControl(operator)

async function submitAll(clock: string): Promise<void> {
  const all = Array.from({ length: claims }, (_, i) =>
    claimOfKind(claimKinds[i % claimKinds.length] ?? 'first-time', i + 1, clock),
  )
  system.simulators.benefitChecker.setStatusBySurname(benefitAnswers(all))
  await submit(system.connection, all)
}

async function openTasks(schema: 'ExtSchema' | 'IntSchema'): Promise<string[]> {
  const rows = await system.connection.db
    .selectFrom(`${schema}.Task`)
    .select('Task')
    .where('Status', 'in', ['PENDING', 'IN-PROGRESS'])
    .execute()
  return rows.map(({ Task }) => Task)
}

const isOut = async () => (await control().states()).upstreams.length > 0

/** How many deliveries a consumer has seen, and how many messages wait for another one. */
async function deliveries(stream: string, consumer: string) {
  const client = await BareClient.connect(system.nats.url)
  const { delivered, num_redelivered } = await client.consumer(stream, consumer)
  await client.close()
  return { deliveries: delivered.consumer_seq, again: num_redelivered }
}

const clock = '2026-11-18 10:30:00.000'

describe('an upstream that is out', () => {
  it.each<[string, Misbehaviour]>([
    ['says that it is away', { kind: 'status', status: 503 }],
    ['says that it is too much', { kind: 'status', status: 429, headers: { 'retry-after': '3' } }],
  ])(
    'and %s holds up its own handlers only, in all replicas, and costs no message an attempt',
    async (_, fault) => {
      await start(clock)
      const { benefitChecker } = system.simulators
      benefitChecker.misbehave(fault)
      await submitAll(clock)
      await until('the upstream is known to be out', isOut)
      await until('everything else is done', async () => {
        const open = [...(await openTasks('ExtSchema')), ...(await openTasks('IntSchema'))]
        return open.length > 0 && open.every((task) => task === 'DWP-CHECK')
      })
      const checks = (await openTasks('IntSchema')).length
      const tried = benefitChecker.requests
      await until('it is tried again, and again', () => benefitChecker.requests >= tried + 2, patient)
      // Two replicas of sixteen at the first moment; then one message at a time.
      expect(benefitChecker.requests).toBeLessThan(2 * 16 + 12)
      benefitChecker.behaveWell()
      await system.settled(patient)
      expect((await openClaims(system.connection)).size).toBe(0)
      expect(await control().states()).toEqual({ paused: [], upstreams: [] })
      expect(await deliveries(streams.claims.name, 'check-benefit')).toEqual({ deliveries: checks, again: 0 })
      const tries = await system.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select('Attempts')
        .where('Attempts', '>', 0)
        .execute()
      expect(tries).toEqual([])
    },
    120_000,
  )

  it('is found out by what fails in a row, where each failure might be the message’s own fault', async () => {
    await start(clock)
    const { notify } = system.simulators
    notify.misbehave({ kind: 'status', status: 500 })
    await submitAll(clock)
    await until('the upstream is known to be out', isOut)
    notify.behaveWell()
    await system.settled(patient)
    const references = notify.calls.map(({ personalisation }) => personalisation.reference)
    expect(new Set(notify.calls.map(({ reference }) => reference)).size).toBe(references.length)
  }, 60_000)

  it('is not what one message is that fails alone', async () => {
    await start(clock)
    const { notify } = system.simulators
    const match = ({ personalisation }: { personalisation: Record<string, unknown> }) =>
      personalisation.reference === 'AAAAAAB'
    notify.misbehave({ kind: 'status', status: 500, when: { match } })
    await submitAll(clock)
    await until('all other claims are done', async () => (await openClaims(system.connection)).size <= 1)
    expect(await isOut()).toBe(false)
    notify.behaveWell()
    await system.settled(patient)
  }, 60_000)
})

describe("Notify's limit of the day", () => {
  it('is waited for until midnight UTC, with no attempt and no further request', async () => {
    const evening = '2026-11-18 23:59:35.000'
    await start(evening)
    const { notify } = system.simulators
    const errors = [{ error: 'TooManyRequestsError', message: 'Exceeded send limits (50) for today' }]
    notify.misbehave({ kind: 'status', status: 429, body: { status_code: 429, errors } })
    await submitAll(evening)
    await until('Notify is known to be out', isOut)
    const [state] = (await control().states()).upstreams
    const midnight = Date.now() + (Date.parse('2026-11-19T00:00:00Z') - system.clock.instant().getTime())
    expect(system.clock.instant().getTime()).toBeLessThan(Date.parse('2026-11-19T00:00:00Z'))
    expect(state).toMatchObject({ name: 'notify', reason: 'notify-429-daily' })
    expect(Math.abs((state?.until.getTime() ?? 0) - midnight - 5_000)).toBeLessThan(1_000)
    await until(
      'midnight',
      () => system.clock.instant().getTime() >= Date.parse('2026-11-19T00:00:00Z'),
      patient,
    )
    // Two replicas of sixteen had one under way as the first answer came; nobody has tried again.
    expect(notify.requests).toBeLessThanOrEqual(32)
    notify.behaveWell()
    await system.settled(patient)
    expect(await deliveries(streams.notifications.name, 'send-email')).toMatchObject({ again: 0 })
  }, 60_000)

  it('ends before that where an operator says that it was raised', async () => {
    await start(clock)
    const { notify } = system.simulators
    const errors = [{ error: 'TooManyRequestsError', message: 'Exceeded send limits (50) for today' }]
    notify.misbehave({ kind: 'status', status: 429, body: { status_code: 429, errors } })
    await submitAll(clock)
    await until('Notify is known to be out', isOut)
    notify.behaveWell()
    expect(await control().tryNow('notify')).toBe(true)
    await system.settled(patient)
    expect(await control().tryNow('notify')).toBe(false)
  }, 60_000)
})

describe('a handler that an operator pauses', () => {
  it('begins nothing in any replica until it is resumed, and nobody else waits', async () => {
    // All services are in this process: where it stands still for long, the server may not think its messages lost.
    await start(clock, { NATS_ACK_WAIT_MS: '15000' })
    await control().pause('send-email', 'template under repair')
    await until('every replica knows', () =>
      ['notifier', 'second notifier'].every((name) => isPausedIn(name, 'send-email')),
    )
    await submitAll(clock)
    await until('everything else is done', async () => (await emailsOwed()) >= claims)
    expect(system.simulators.notify.requests).toBe(0)
    expect((await control().states()).paused).toMatchObject([
      { handler: 'send-email', reason: 'template under repair' },
    ])
    expect(await control().resume('send-email')).toBe(true)
    expect(await control().resume('send-email')).toBe(false)
    await system.settled(patient)
    const { deliveries: times, again } = await deliveries(streams.notifications.name, 'send-email')
    expect({ times, again }).toEqual({ times: system.simulators.notify.calls.length, again: 0 })
  }, 60_000)

  it('stays paused where the store of the server is lost', async () => {
    await start(clock, { RELAY_QUIET_SECONDS: '3' })
    await control().pause('send-email', 'template under repair')
    await until('the replica knows', () => isPausedIn('notifier', 'send-email'))
    await system.nats.kill()
    await rm(system.nats.storeDir, { recursive: true, force: true })
    await system.nats.restart()
    await until('the pause is known again', async () => {
      const states = await control()
        .states()
        .catch(() => undefined)
      return states?.paused.length === 1
    })
    await submitAll(clock)
    await until('everything else is done', async () => (await emailsOwed()) >= claims, patient)
    expect(system.simulators.notify.requests).toBe(0)
    await control().resume('send-email')
    await system.settled(patient)
  }, 90_000)

  const isPausedIn = (service: string, handler: string) =>
    system.logLines.some((line) => line.includes('handler is paused') && line.includes(handler)) &&
    system.services.has(service)

  async function emailsOwed(): Promise<number> {
    const rows = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('Subject')
      .where('DateEnded', 'is', null)
      .execute()
    if (rows.some(({ Subject }) => !Subject.startsWith('notifications.'))) return 0
    return rows.length
  }
})
