import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Controller, Module } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { headers } from '@nats-io/nats-core'
import {
  deadLetterSubject,
  scheduleMessageId,
  streams,
  subjects,
  type ScheduleMessage,
} from '#shared/contracts'
import {
  Consumes,
  deadLetterHeaders,
  Delivery,
  done,
  NatsClient,
  PermanentFailure,
  Publisher,
  reject,
  retry,
  type ConsumerDefinition,
  type Outcome,
} from '#shared/messaging'
import { startService, type RunningService } from '#shared/service'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { startTopologyKeeper, type RunningTopologyKeeper } from '../tools/provision/index.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'
import { until } from './support/until.js'

const probe: ConsumerDefinition = {
  name: 'probe',
  subjects: [subjects.scheduleDaily],
  policy: { attempts: 3, backoff: { baseMs: 100, capMs: 200 }, timeOutMs: 300, concurrency: 4 },
}

/** What the handler is to do with the message of a date, delivery by delivery. */
type Script = (delivery: Delivery) => Promise<Outcome>
const scripts = new Map<string, Script>()
const handled: { date: string; delivery: number; at: number }[] = []

@Controller()
class ProbeHandler {
  @Consumes(probe)
  handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    handled.push({ date, delivery: delivery.count, at: performance.now() })
    return scripts.get(date)?.(delivery) ?? Promise.resolve(done)
  }
}

@Module({ controllers: [ProbeHandler] })
class ProbeModule {}

describe('a consumer', () => {
  let nats: RunningNatsServer
  let keeper: RunningTopologyKeeper
  let database: TestDatabase
  let service: RunningService
  let days = 0

  beforeAll(async () => {
    ;[nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
    const env = { NATS_URL: nats.url, NATS_ACK_WAIT_MS: '1500' }
    keeper = await startTopologyKeeper(env, { consumers: [probe] })
    service = await start()
  }, 120_000)

  afterEach(() => {
    scripts.clear()
    handled.length = 0
  })

  afterAll(async () => {
    await service.stop()
    await keeper.stop()
    await Promise.all([nats.stop(), database.remove()])
  })

  async function start(): Promise<RunningService> {
    const env = { ...database.env, NATS_URL: nats.url, NATS_ACK_WAIT_MS: '1500', LOG_LEVEL: 'silent' }
    const started = await startService(ProbeModule, { name: 'probe', env, port: 0 })
    await started.ready
    return started
  }

  const client = (): NatsClient => service.app.get(NatsClient)
  const nextDate = (): string => new Date(Date.UTC(2030, 0, ++days)).toISOString().slice(0, 10)

  /** Publishes one day's event and does with it as the script says. */
  async function publish(script?: Script): Promise<string> {
    const date = nextDate()
    if (script) scripts.set(date, script)
    await service.app.get(Publisher).publish({
      id: scheduleMessageId(subjects.scheduleDaily, date),
      subject: subjects.scheduleDaily,
      body: { date },
    })
    return date
  }

  const raw = (body: string, id: string) =>
    client().publish(subjects.scheduleDaily, body, { msgID: id, headers: headers() })
  const lastDeadLetter = () =>
    client().manager.streams.getMessage(streams.deadLetters.name, {
      last_by_subj: deadLetterSubject(probe.name),
    })
  const deliveriesOf = (date: string) => handled.filter((entry) => entry.date === date)
  const unanswered = async () =>
    (await client().manager.consumers.info(streams.schedule.name, probe.name)).num_ack_pending
  const allAnswered = () => until('every delivery is answered', async () => (await unanswered()) === 0)

  it('acknowledges what is done, once', async () => {
    const date = await publish()
    await until('it is handled', () => deliveriesOf(date).length > 0)
    await allAnswered()
    expect(deliveriesOf(date)).toHaveLength(1)
  })

  it('tries again after a pause, and gives up with the reason at the dead letters', async () => {
    const date = await publish(() => Promise.resolve(retry('not-yet')))
    await until('it is tried three times', () => deliveriesOf(date).length === 3)
    await allAnswered()
    expect(deliveriesOf(date).map(({ delivery }) => delivery)).toEqual([1, 2, 3])
    const [first, second] = deliveriesOf(date)
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(45)
    const letter = await lastDeadLetter()
    expect(letter?.string()).toBe(JSON.stringify({ date }))
    expect(letter?.header.get(deadLetterHeaders.reason)).toBe('not-yet')
    expect(letter?.header.get(deadLetterHeaders.subject)).toBe(subjects.scheduleDaily)
    expect(letter?.header.get(deadLetterHeaders.deliveries)).toBe('3')
    expect(letter?.header.get('ce-id')).toBe(`schedule.daily.${date}`)
  })

  it('does not try a rejected message again', async () => {
    const date = await publish(() => Promise.resolve(reject('hopeless')))
    await until(
      'there is a dead letter',
      async () => (await lastDeadLetter())?.header.get(deadLetterHeaders.reason) === 'hopeless',
    )
    await allAnswered()
    expect(deliveriesOf(date)).toHaveLength(1)
  })

  it('knows a permanent failure that is thrown, and takes any other error for one that passes', async () => {
    const permanent = await publish(() => Promise.reject(new PermanentFailure('thrown-hopeless')))
    const passing = await publish(({ count }) =>
      count === 1 ? Promise.reject(new TypeError('x')) : Promise.resolve(done),
    )
    await until(
      'both are handled',
      () => deliveriesOf(permanent).length === 1 && deliveriesOf(passing).length === 2,
    )
    await allAnswered()
    expect((await lastDeadLetter())?.header.get(deadLetterHeaders.reason)).toBe('thrown-hopeless')
  })

  it('does not take silence for success', async () => {
    const date = await publish(() => Promise.resolve(undefined as unknown as Outcome))
    await until('it is tried three times', () => deliveriesOf(date).length === 3)
    await allAnswered()
    expect((await lastDeadLetter())?.header.get(deadLetterHeaders.reason)).toBe('Error')
  })

  it('gives a handler its time and no more', async () => {
    let aborted = false
    const date = await publish(({ count, signal }) =>
      count > 1
        ? Promise.resolve(done)
        : new Promise(() => signal.addEventListener('abort', () => (aborted = true))),
    )
    await until('it is handled again', () => deliveriesOf(date).length === 2)
    expect(aborted).toBe(true)
    await allAnswered()
  })

  it('keeps a slow message to itself for longer than the server would wait', async () => {
    let release: (outcome: Outcome) => void = () => undefined
    const blocked: Script = () => new Promise((resolve) => (release = resolve))
    // Longer than the acknowledgement wait of 1.5 s, within the time-out of a policy of its own.
    const policy = probe.policy as { timeOutMs: number }
    policy.timeOutMs = 10_000
    const date = await publish(blocked)
    await until('it is being handled', () => deliveriesOf(date).length === 1)
    const begun = performance.now()
    await until('the server has waited twice over', () => performance.now() - begun > 3_200)
    policy.timeOutMs = 300
    release(done)
    await allAnswered()
    expect(deliveriesOf(date)).toHaveLength(1)
  })

  it.each([
    ['no JSON', '{"date":'],
    ['not UTF-8', '\u0000\ud800'],
    ['JSON of another shape', '[1,2]'],
    ['a value out of contract', '{"date":"tomorrow"}'],
    ['nothing', ''],
  ])('puts an unreadable body aside (%s) and goes on', async (what, body) => {
    const id = `unreadable-${what.replaceAll(' ', '-')}`
    await raw(body, id)
    const expected =
      body.startsWith('{"date":"') || body.startsWith('[') ? 'body-breaks-contract' : 'unreadable-body'
    await until('there is a dead letter', async () => {
      const letter = await lastDeadLetter()
      return letter?.header.get('ce-id') === id && letter.header.get(deadLetterHeaders.reason) === expected
    })
    const date = await publish()
    await until('the next is handled', () => deliveriesOf(date).length === 1)
  })

  it('handles no more at once than its concurrency, and loses nothing by it', async () => {
    let running = 0
    let most = 0
    const dates: string[] = []
    const slow: Script = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return done
    }
    for (let count = 0; count < 60; count++) dates.push(await publish(slow))
    await until('all are handled', () => dates.every((date) => deliveriesOf(date).length === 1))
    expect(most).toBeLessThanOrEqual(probe.policy.concurrency)
  })

  it('finishes what it has begun when it is told to stop, and leaves the rest for the next', async () => {
    let release: (outcome: Outcome) => void = () => undefined
    const date = await publish(() => new Promise((resolve) => (release = resolve)))
    await until('it is being handled', () => deliveriesOf(date).length === 1)
    const stopped = service.stop()
    release(done)
    await stopped
    service = await start()
    const later = await publish()
    await until('the next is handled', () => deliveriesOf(later).length === 1)
    await allAnswered()
    expect(deliveriesOf(date)).toHaveLength(1)
  })

  it('goes on after the server was killed, and after it lost everything', async () => {
    await nats.kill()
    await nats.restart()
    await until('connected again', () => client().isConnected)
    const afterKill = await publish()
    await until('it is handled after the kill', () => deliveriesOf(afterKill).length === 1)

    await Promise.all(Object.values(streams).map(({ name }) => client().manager.streams.delete(name)))
    await until('the consumer is back', async () => {
      const list = await client()
        .manager.consumers.list(streams.schedule.name)
        .next()
        .catch(() => [])
      return list.some(({ name }) => name === probe.name)
    })
    const afterLoss = await publish()
    await until('it is handled after the loss', () => deliveriesOf(afterLoss).length === 1)
  })
})
