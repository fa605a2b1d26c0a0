import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Clock, fromLondon, toLondon } from '#shared/clock'
import type { OutgoingMessage } from '#shared/contracts'
import { type DatabaseConnection } from '#shared/database'
import {
  type BrokerClock,
  FireJob,
  jobNamed,
  type RunsUnderWay,
  ScheduleRuns,
  Schedules,
  ScheduleSettings,
  type DeclaredJob,
} from '#shared/jobs'
import { Log } from '#shared/logging'
import { type NatsClient, type Publisher } from '#shared/messaging'
import { seededRandom } from '../../testing/simulators/index.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { type MissedJobsPublisher } from './src/publish-due/missed-jobs.publisher.js'
import { PublishDue } from './src/publish-due/publish-due.service.js'

/** A time that only the test lets go by. */
class SimulatedClock extends Clock {
  ms = 0
  instant = (): Date => new Date(this.ms)
  override machine = (): Date => this.instant()
}

const log = Log.create('test', 'silent')
const secondMs = 1_000
const hourMs = 3_600_000

const job = (name: string, when: string): DeclaredJob => ({ ...jobNamed('daily'), name, by: 'time', when })

/**
 * The jobs of another department's service, as it had them. What there began with the start of a process, and moved with
 * each release, is by the clock here. Two more came every 15 seconds: an hour of them is below.
 */
const theirs: readonly DeclaredJob[] = [
  job('refresh-event', 'every 1m'),
  job('nald-import', 'cron 0 1 * * *'),
  job('charging-import', 'cron 0 1 * * 1,2,3,4,5'),
  job('licence-import', 'cron 0 4 * * 1-5'),
  job('tracker', 'cron 0 10 * * 1-5'),
  job('customer-files', 'every 1h from 00:00'),
  job('invoice-accounts', 'cron 0 */12 * * *'),
  job('charge-version-workflow', 'every 6h from 00:00'),
  job('charge-categories', 'every 6h from 04:00'),
  job('gauging-stations', 'every 6h from 04:00'),
  job('digitise-gauging-stations', 'cron 0 18 * * *'),
  job('digitise-lvp', 'cron 0 18 * * *'),
  job('licence-updates', 'cron 15 8 * * *'),
  job('time-limited', 'cron 5 8 * * *'),
  job('session-cleanup', 'cron 15 21 * * *'),
]
const often = ['refresh-event']

/** One scheduler; those of a test share the database, the broker and the clock. */
class Simulation {
  /** As the broker keeps them: of an id the first. */
  readonly stored = new Map<string, OutgoingMessage>()
  readonly underWay = new Set<string>()
  /** What the broker says of it. */
  askUnderWay = (): Promise<ReadonlySet<string>> => Promise.resolve(this.underWay)
  readonly missed: object[] = []
  readonly clock = new SimulatedClock()

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly jobs: readonly DeclaredJob[],
  ) {}

  /** @param afterPublished called with each message that is stored; where it never ends, the scheduler has died there */
  scheduler(afterPublished: () => Promise<void> = () => Promise.resolve()): PublishDue {
    const { connection, clock } = this
    const nats = { isConnected: true } as NatsClient
    const publisher = {
      publishSurely: async (message: OutgoingMessage) => {
        if (!this.stored.has(message.id)) this.stored.set(message.id, message)
        await afterPublished()
        return { sequence: this.stored.size }
      },
    } as unknown as Publisher
    const brokerClock = { assertTogether: () => Promise.resolve() } as BrokerClock
    const runs = new ScheduleRuns(connection, clock)
    return new PublishDue(
      new Schedules(connection, clock),
      runs,
      new FireJob(nats, publisher, runs, brokerClock, null),
      { subjects: () => this.askUnderWay() } as unknown as RunsUnderWay,
      brokerClock,
      nats,
      {
        publish: (run: object) => Promise.resolve(void this.missed.push(run)),
      } as unknown as MissedJobsPublisher,
      new ScheduleSettings({}, this.jobs),
      clock,
      log,
    )
  }

  /** Lets time go by for schedulers that wake when something is due, until a London time. */
  async run(schedulers: readonly PublishDue[], until: string): Promise<void> {
    const end = fromLondon(until).getTime()
    while (this.clock.ms < end) {
      await Promise.all(schedulers.map((each) => each.publishDue()))
      const now = this.clock.instant()
      const times = schedulers.map((each) => each.nextAfter(now)?.getTime() ?? end)
      this.clock.ms = Math.min(end, ...times)
    }
  }

  start(at: string): void {
    this.clock.ms = fromLondon(at).getTime()
  }

  /** What was fired, as `23 10:00 tracker`, in its order; but for what comes all the time. */
  lines(): string[] {
    return this.firings()
      .filter(({ name }) => !often.includes(name))
      .map(({ name, due }) => `${toLondon(due).slice(8, 16)} ${name}`)
      .sort()
  }

  count(job: string): number {
    return this.dues(job).length
  }

  /** The instants a job was fired for, in their order. */
  dues(job: string): string[] {
    return this.firings()
      .filter(({ name }) => name === job)
      .map(({ due }) => due.toISOString())
      .sort()
  }

  private firings() {
    return [...this.stored.values()].map(({ id, body }) => ({
      name: /^schedule\.(.*)\.\d{10}$/.exec(id)?.[1] ?? id,
      due: new Date('due' in body ? body.due : 0),
    }))
  }
}

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

/** Each line of a day, from ten to ten: `hourly` of the hours in which a clock is changed. */
const dayOf = (first: string, second: string, hourly: readonly string[], weekdays: readonly string[]) =>
  [
    ...weekdays,
    `${second} 01:00 nald-import`,
    ...['12:00', '18:00'].map((time) => `${first} ${time} charge-version-workflow`),
    ...['00:00', '06:00'].map((time) => `${second} ${time} charge-version-workflow`),
    ...['charge-categories', 'gauging-stations'].flatMap((name) => [
      ...['10:00', '16:00', '22:00'].map((time) => `${first} ${time} ${name}`),
      `${second} 04:00 ${name}`,
    ]),
    ...[`${first} 12:00`, `${second} 00:00`].map((time) => `${time} invoice-accounts`),
    ...['digitise-gauging-stations', 'digitise-lvp'].map((name) => `${first} 18:00 ${name}`),
    ...[`${second} 08:15 licence-updates`, `${second} 08:05 time-limited`, `${first} 21:15 session-cleanup`],
    ...Array.from({ length: 14 }, (_, after) => `${first} ${10 + after}:00 customer-files`),
    ...[...hourly, '03', '04', '05', '06', '07', '08', '09'].map(
      (hour) => `${second} ${hour}:00 customer-files`,
    ),
  ].sort()

describe('a day of many jobs on three schedulers', () => {
  async function day(from: string, to: string): Promise<Simulation> {
    const simulation = new Simulation(database.connection, theirs)
    simulation.start(from)
    await simulation.run(
      [1, 2, 3].map(() => simulation.scheduler()),
      to,
    )
    return simulation
  }

  it('from a Monday at ten: each line once, and none else', async () => {
    const simulation = await day('2026-11-23 10:00:00', '2026-11-24 10:00:00')
    const weekdays = ['23 10:00 tracker', '24 01:00 charging-import', '24 04:00 licence-import']
    const expected = dayOf('23', '24', ['00', '01', '02'], weekdays)
    expect(simulation.lines()).toEqual(expected)
    expect(often.map((name) => simulation.count(name))).toEqual([1_440])
    process.stdout.write(`a Monday: ${expected.length} lines, and ${1_440} of what comes all the time\n`)
  }, 120_000)

  it('over the night in which an hour happens twice', async () => {
    const simulation = await day('2026-10-24 10:00:00', '2026-10-25 10:00:00')
    expect(simulation.lines()).toEqual(dayOf('24', '25', ['00', '01', '01', '02'], []))
    expect(often.map((name) => simulation.count(name))).toEqual([1_500])
  }, 120_000)

  it('over the night in which an hour is skipped', async () => {
    const simulation = await day('2027-03-27 10:00:00', '2027-03-28 10:00:00')
    const expected = dayOf('27', '28', ['00', '02'], [])
    // At two, for there is no one o'clock.
    const moved = expected
      .map((line) => (line === '28 01:00 nald-import' ? '28 02:00 nald-import' : line))
      .sort()
    expect(simulation.lines()).toEqual(moved)
    expect(often.map((name) => simulation.count(name))).toEqual([1_380])
  }, 120_000)
})

describe('every 15 seconds for an hour, with schedulers that are killed', () => {
  it.each([1, 2, 3])(
    'fires what somebody was there for, and nothing twice (seed %i)',
    async (seed) => {
      const random = seededRandom(seed)
      const simulation = new Simulation(database.connection, [job('check-status', 'every 15s')])
      simulation.start('2026-11-23 10:00:00')
      const begin = simulation.clock.ms
      type Replica = { due?: PublishDue; deadUntil: number; dying: boolean; looking?: Promise<void> }
      const replicas: Replica[] = [1, 2, 3].map(() => ({ deadUntil: begin, dying: false }))
      const seen = new Set<number>()
      let kills = 0
      const start = (replica: Replica) => {
        replica.dying = false
        // Killed between publishing and writing it down, it does neither again.
        replica.due = simulation.scheduler(() =>
          replica.dying ? new Promise(() => undefined) : Promise.resolve(),
        )
      }
      for (; simulation.clock.ms < begin + hourMs; simulation.clock.ms += secondMs) {
        const now = simulation.clock.ms
        await Promise.all(
          replicas.map(async (replica) => {
            if (now < replica.deadUntil) return
            if (!replica.due) start(replica)
            if (random() < 1 / 20) {
              kills += 1
              replica.dying = true
              replica.deadUntil = now + Math.ceil(random() * 90) * secondMs
            } else seen.add(Math.floor(now / 15_000))
            const look = replica.due?.publishDue()
            // Of one that dies nobody hears whether it looked.
            if (!replica.dying) await look
            else delete replica.due
          }),
        )
      }
      const fired = simulation.count('check-status')
      process.stdout.write(
        `every 15 s, seed ${seed}: ${kills} kills, ${240 - seen.size} slots without anybody, ${fired} fired\n`,
      )
      expect(kills).toBeGreaterThan(50)
      expect(fired).toBeLessThanOrEqual(240)
      expect(fired).toBeGreaterThanOrEqual(seen.size)
      const recorded = await database.connection.db
        .selectFrom('AsyncSchema.ScheduleRun')
        .select('RunDate')
        .execute()
      expect(recorded.length).toBeLessThanOrEqual(fired)
      expect(new Set(recorded.map(({ RunDate }) => RunDate)).size).toBe(recorded.length)
    },
    120_000,
  )
})

describe('every 15 seconds on three schedulers, over the night', () => {
  it.each([
    ['in which an hour happens twice', '2026-10-25 00:30:00', '2026-10-25 02:30:00', 3],
    ['in which an hour is skipped', '2027-03-28 00:30:00', '2027-03-28 02:30:00', 1],
  ])(
    '%s: each slot once, and none else',
    async (_, from, to, hours) => {
      const names = ['check-status', 'send-message']
      const simulation = new Simulation(
        database.connection,
        names.map((name) => job(name, 'every 15s')),
      )
      simulation.start(from)
      const begin = simulation.clock.ms
      await simulation.run(
        [1, 2, 3].map(() => simulation.scheduler()),
        to,
      )
      const slots = Array.from({ length: hours * 240 }, (_unused, n) =>
        new Date(begin + n * 15_000).toISOString(),
      )
      for (const name of names) expect(simulation.dues(name)).toEqual(slots)
    },
    120_000,
  )
})

describe('an interval', () => {
  it('is not fired while its last run is under way, and then for the newest time alone', async () => {
    const simulation = new Simulation(database.connection, [job('check-status', 'every 15s')])
    simulation.start('2026-11-23 10:00:00')
    const schedulers = [simulation.scheduler()]
    await simulation.run(schedulers, '2026-11-23 10:00:30')
    expect(simulation.count('check-status')).toBe(2)
    simulation.underWay.add('schedule.daily')
    await simulation.run(schedulers, '2026-11-23 10:05:07')
    expect(simulation.count('check-status')).toBe(2)
    simulation.underWay.clear()
    await simulation.run(schedulers, '2026-11-23 10:05:10')
    expect(simulation.count('check-status')).toBe(3)
  })

  it('of which the broker does not say whether it is under way keeps no other job from being fired', async () => {
    const jobs = [job('check-status', 'every 15s'), job('tracker', 'cron 0 10 * * 1-5')]
    const simulation = new Simulation(database.connection, jobs)
    const { askUnderWay } = simulation
    simulation.askUnderWay = () => Promise.reject(new Error('timeout'))
    simulation.start('2026-11-23 10:00:00')
    const schedulers = [simulation.scheduler()]
    await simulation.run(schedulers, '2026-11-23 10:00:30')
    expect([simulation.count('tracker'), simulation.count('check-status')]).toEqual([1, 0])
    simulation.askUnderWay = askUnderWay
    await simulation.run(schedulers, '2026-11-23 10:00:45')
    expect([simulation.count('tracker'), simulation.count('check-status')]).toEqual([1, 1])
  })
})

describe('a fresh installation', () => {
  it('has missed nothing, though an interval has been fired at once', async () => {
    const simulation = new Simulation(database.connection, [job('often', 'every 15s'), jobNamed('daily')])
    simulation.start('2026-11-23 10:00:00')
    await simulation.run([simulation.scheduler()], '2026-11-23 10:01:00')
    expect(simulation.count('often')).toBe(4)
    expect(simulation.missed).toEqual([])
  })

  it('has missed nothing either, when somebody has fired a job by hand', async () => {
    const simulation = new Simulation(database.connection, [jobNamed('daily'), jobNamed('auto-approval')])
    simulation.start('2026-11-23 10:00:00')
    const scheduler = simulation.scheduler()
    await simulation.run([scheduler], '2026-11-23 10:01:00')
    await new ScheduleRuns(database.connection, simulation.clock).record(
      ...(['daily', '2026-11-23', '2026-11-23 10:01:00.000'] as const),
    )
    await simulation.run([scheduler, simulation.scheduler()], '2026-11-23 11:00:00')
    expect(simulation.missed).toEqual([])
    // From then on it is one.
    simulation.start('2026-11-24 12:00:00')
    await simulation.scheduler().publishDue()
    expect(simulation.missed).toEqual([
      { job: 'daily', date: '2026-11-24' },
      { job: 'auto-approval', date: '2026-11-24' },
    ])
  })
})

describe('what is due so long after a start', () => {
  it('is fired once for schedulers that start together, and again after another start', async () => {
    const simulation = new Simulation(database.connection, [job('warm-up', 'after-start 30s')])
    simulation.start('2026-11-23 10:00:00')
    const together: PublishDue[] = []
    // As replicas do, within some seconds.
    for (const second of ['04', '09', '29']) {
      together.push(simulation.scheduler())
      await simulation.run(together, `2026-11-23 10:00:${second}`)
    }
    expect(simulation.count('warm-up')).toBe(0)
    await simulation.run(together, '2026-11-23 10:01:00')
    expect(simulation.count('warm-up')).toBe(1)
    await simulation.run([...together, simulation.scheduler()], '2026-11-23 10:02:00')
    expect(simulation.count('warm-up')).toBe(2)
  })
})

describe('two releases, in any order', () => {
  const [older, newer] = [
    [job('tracker', 'every 1h')],
    [job('tracker', 'every 1h'), job('warm-up', 'every 1m')],
  ]

  it.each([
    ['the older first', [older, newer, older]],
    ['the newer first', [newer, older, newer]],
  ])('%s: no schedule is lost, and what was said of it stays', async (_, releases) => {
    const { connection } = database
    const rows = () => connection.db.selectFrom('AsyncSchema.Schedule').selectAll().orderBy('Job').execute()
    const said = { state: 'PAUSED', when: 'every 2h', person: 'ada', reason: 'a release' } as const
    const clock = new SimulatedClock()
    clock.ms = fromLondon('2026-11-23 09:00:00').getTime()
    await new Schedules(connection, clock).change('warm-up', said)
    const [before] = await rows()
    for (const [index, jobs] of releases.entries()) {
      const simulation = new Simulation(connection, jobs)
      simulation.start(`2026-11-23 1${index}:00:00`)
      await simulation.run([simulation.scheduler(), simulation.scheduler()], `2026-11-23 1${index}:30:00`)
      expect(simulation.count('tracker')).toBe(1)
      expect(simulation.count('warm-up')).toBe(0)
    }
    const after = await rows()
    expect(after.map(({ Job }) => Job)).toEqual(['tracker', 'warm-up'])
    expect(after[1]).toEqual(before)
  })
})
