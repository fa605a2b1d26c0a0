import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AckPolicy } from '@nats-io/jetstream'
import { headers } from '@nats-io/nats-core'
import { Module, type ModuleMetadata, type Provider, type Type } from '@nestjs/common'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { SchedulerRegistry } from '@nestjs/schedule'
import { sql } from 'kysely'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ShiftedClock, type Clock } from '#shared/clock'
import { ENVIRONMENT, type Environment } from '#shared/config'
import { subjects, type JobName } from '#shared/contracts'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import { NatsClient, Publisher } from '#shared/messaging'
import { FireJob, jobNamed, Schedules, ScheduleSettings, type DeclaredJob } from '#shared/jobs'
import { startService, type RunningService } from '#shared/service'
import { firedYearsAgo } from '../../test/support/fired-before.js'
import { until } from '../../test/support/until.js'
import { startNatsServer, type RunningNatsServer } from '../../testing/nats-server/index.js'
import { provideOnce } from '../../tools/provision/index.js'
import { AppModule } from './src/app.module.js'
import { PublishDue } from './src/publish-due/publish-due.service.js'

// 2026-11-20 is a Friday.
const friday = '2026-11-20'

let nats: RunningNatsServer
let folder: string
let clock: ShiftedClock
const replicas: Replica[] = []

beforeAll(async () => {
  nats = await startNatsServer()
}, 120_000)
afterAll(() => nats.stop())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scheduler-test-'))
  const connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: folder }))
  await migrate(connection, { withWebApps: true })
  await firedYearsAgo(connection)
  await connection.close()
  await provideOnce({ NATS_URL: nats.url })
})
afterEach(async () => {
  // Purging would leave the server's memory of message ids.
  await replicas[0]?.manager.streams.delete('SCHEDULE')
  await Promise.all(replicas.splice(0).map((replica) => replica.service.stop()))
  await rm(folder, { recursive: true })
})

interface LogLine {
  readonly msg: string
  readonly job?: string
  readonly date?: string
  readonly error?: { readonly name: string }
}

/** A running scheduler and what it has logged. */
class Replica {
  private constructor(
    readonly service: RunningService,
    private readonly logged: Logged,
  ) {}

  static async start(ofReplica: Clock = clock, module: Type = AppModule): Promise<Replica> {
    const logged = new Logged()
    const env = { NATS_URL: nats.url, DATA_DIR: folder }
    const options = { name: 'scheduler', env, port: 0, clock: ofReplica, logTo: logged }
    const replica = new Replica(await startService(module, options), logged)
    replicas.push(replica)
    await replica.service.ready
    return replica
  }

  get manager() {
    return this.service.app.get(NatsClient).manager
  }
  get db() {
    return this.service.app.get(DatabaseConnection).db
  }
  publishDue(): Promise<void> {
    return this.service.app.get(PublishDue).publishDue()
  }
  /** The job, date and error of each such line. */
  lines(event: string): string[] {
    return this.logged.lines
      .filter(({ msg, job }) => msg.startsWith(event) && job !== always)
      .map(({ job, date, error }) => [job, date, error?.name].filter(Boolean).join(' '))
  }
  /** What was said, once each: the service's own timer looks too, and each look says it. */
  said(event: string): string[] {
    return [...new Set(this.lines(event))]
  }
  untilLogged(event: string): Promise<void> {
    return this.logged.until((line) => line.msg.startsWith(event))
  }
  /** Forgets what was logged, so that `untilLogged` waits for what comes. */
  forget(): void {
    this.logged.lines.length = 0
  }
}

class Logged {
  readonly lines: LogLine[] = []
  private waiting: (() => void)[] = []

  write(text: string): void {
    this.lines.push(JSON.parse(text) as LogLine)
    this.waiting.splice(0).forEach((look) => look())
  }
  async until(wanted: (line: LogLine) => boolean): Promise<void> {
    while (!this.lines.some(wanted)) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }
}

async function startTwo(time: string): Promise<[Replica, Replica]> {
  clock = new ShiftedClock(time)
  return Promise.all([Replica.start(), Replica.start()])
}
const publishDueOn = (all: Replica[]) => Promise.all(all.map((replica) => replica.publishDue()))

/** What comes every minute: of the jobs of a day it is told apart here, and `day-of-jobs.int.test.ts` counts it. */
const always: JobName = 'look-up-notifications'

/** The messages of the jobs of a day: id and body. */
async function messages(): Promise<string[]> {
  const manager = (replicas[0] as Replica).manager
  const { state } = await manager.streams.info('SCHEDULE')
  const found: string[] = []
  if (state.messages === 0) return found
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage('SCHEDULE', { seq })
    if (message?.subject === subjects.scheduleLookUpNotifications) continue
    found.push(`${message?.header.get('Nats-Msg-Id')} ${message?.string()}`)
  }
  return found
}
const message = (subject: string, date: string) => `${subject}.${date} {"date":"${date}"}`

const runs = () =>
  (replicas[0] as Replica).db
    .selectFrom('AsyncSchema.ScheduleRun')
    .where('RunDate', '>', '2026')
    .where('Job', '!=', always)
    .select(['Job', 'RunDate', 'DateDue'])
    .orderBy('DateDue')
    .execute()

describe('two replicas', () => {
  it('publish one event for each job and date, at its minute', async () => {
    const both = await startTwo('2026-11-20 00:04:30')
    await publishDueOn(both)
    expect(await messages()).toEqual([])

    const minutes = ['00:05', '00:06', '03:29', '03:30', '03:31', '04:30', '04:39']
    const days = [friday, '2026-11-21']
    for (const minute of days.flatMap((day) => minutes.map((time) => `${day} ${time}:00`))) {
      clock.set(minute)
      await publishDueOn(both)
    }

    expect(await messages()).toEqual([
      message(subjects.schedulePaymentRun, friday),
      message(subjects.scheduleAutoApproval, friday),
      message(subjects.scheduleDaily, friday),
      message(subjects.scheduleAutoApproval, '2026-11-21'),
      message(subjects.scheduleDaily, '2026-11-21'),
    ])
    expect(await runs()).toEqual([
      { Job: 'payment-run', RunDate: friday, DateDue: `${friday} 00:05:00.000` },
      { Job: 'auto-approval', RunDate: friday, DateDue: `${friday} 03:30:00.000` },
      { Job: 'daily', RunDate: friday, DateDue: `${friday} 04:30:00.000` },
      { Job: 'auto-approval', RunDate: '2026-11-21', DateDue: '2026-11-21 03:30:00.000' },
      { Job: 'daily', RunDate: '2026-11-21', DateDue: '2026-11-21 04:30:00.000' },
    ])
    const fired = both.flatMap((replica) => replica.lines('job fired'))
    expect(fired).toHaveLength(5)
    // Of the day before, nothing is known.
    const missed = both.flatMap((replica) => replica.lines('job missed'))
    expect(missed.filter((line) => !line.endsWith('2026-11-19'))).toEqual([])
  }, 30_000)

  it('are woken every minute', async () => {
    const [replica] = await startTwo('2026-11-20 03:29:30')
    const jobs = [...replica.service.app.get(SchedulerRegistry).getCronJobs().values()]
    expect(jobs.map(({ cronTime }) => cronTime.source)).toEqual(['0 * * * * *'])

    clock.set('2026-11-20 03:30:00')
    await jobs[0]?.fireOnTick()
    expect(await messages()).toEqual([message(subjects.scheduleAutoApproval, friday)])
  }, 30_000)
})

describe('starting late', () => {
  it('catches up once what is less than ten minutes late', async () => {
    const both = await startTwo('2026-11-20 04:39:50')
    await Promise.race(both.map((replica) => replica.untilLogged('job fired')))
    await publishDueOn(both)

    expect(await messages()).toEqual([message(subjects.scheduleDaily, friday)])
  }, 30_000)

  it('leaves what is later, and each replica says so once', async () => {
    const both = await startTwo('2026-11-20 04:40:00')
    await Promise.all(both.map((replica) => replica.untilLogged('job missed')))
    await publishDueOn(both)

    expect(await messages()).toEqual([])
    expect(await runs()).toEqual([])
    for (const replica of both) {
      expect(replica.lines('job missed').sort()).toEqual([
        `auto-approval ${friday}`,
        `daily ${friday}`,
        `payment-run ${friday}`,
      ])
    }
  }, 30_000)

  it('publish what somebody else has published another message under the id of', async () => {
    const [replica, other] = await startTwo('2026-11-20 04:29:50')
    const daily = `${subjects.scheduleDaily}.${friday}`
    const before = JSON.stringify({ date: '2026-11-19' })
    const nats = replica.service.app.get(NatsClient)
    await nats.publish(subjects.scheduleDaily, before, { msgID: daily, headers: headers() })
    clock.set('2026-11-20 04:30:10')
    await publishDueOn([replica, other])

    const [stranger, ...published] = await messages()
    expect(stranger).toBe(`${daily} ${before}`)
    expect(published.length).toBeGreaterThan(0)
    for (const each of published)
      expect(each).toMatch(new RegExp(`^${daily}\\.[0-9a-f]{18} {"date":"${friday}"}$`))
  }, 30_000)

  it('after dying between publishing and recording, publishes nothing new', async () => {
    const [replica] = await startTwo('2026-11-20 04:29:50')
    const id = `${subjects.scheduleDaily}.${friday}`
    const body = { date: friday }
    await replica.service.app.get(Publisher).publish({ id, subject: subjects.scheduleDaily, body })
    clock.set('2026-11-20 04:30:10')
    await replica.publishDue()

    expect(await messages()).toEqual([message(subjects.scheduleDaily, friday)])
    expect(await runs()).toMatchObject([{ Job: 'daily', RunDate: friday }])
  }, 30_000)
})

describe('while something is away', () => {
  async function withoutNats(both: Replica[], meanwhile: () => Promise<void>): Promise<void> {
    both.forEach((replica) => replica.forget())
    await nats.kill()
    await Promise.all(both.map((replica) => replica.untilLogged('connection to NATS lost')))
    try {
      await meanwhile()
    } finally {
      await nats.restart()
    }
    await Promise.all(both.map((replica) => replica.untilLogged('connected to NATS again')))
  }

  it('NATS: publishes when it is back in time', async () => {
    const both = await startTwo('2026-11-20 03:29:50')
    await withoutNats(both, async () => {
      clock.set('2026-11-20 03:30:00')
      await publishDueOn(both)
      for (const replica of both) {
        expect(replica.said('job could not be fired')).toEqual([`auto-approval ${friday} NatsAway`])
      }
    })
    expect(await runs()).toEqual([])

    clock.set('2026-11-20 03:39:00')
    await publishDueOn(both)
    expect(await messages()).toEqual([message(subjects.scheduleAutoApproval, friday)])
    expect(await runs()).toHaveLength(1)
  }, 60_000)

  it('NATS: publishes nothing when it is back too late', async () => {
    const both = await startTwo('2026-11-20 03:29:50')
    await withoutNats(both, async () => {
      clock.set('2026-11-20 03:30:00')
      await publishDueOn(both)
    })

    clock.set('2026-11-20 03:40:00')
    await publishDueOn(both)
    expect(await messages()).toEqual([])
    for (const replica of both) {
      expect(replica.lines('job missed')).toContain(`auto-approval ${friday}`)
    }
  }, 60_000)

  it('the database: says so, and publishes when it is back in time', async () => {
    const [replica] = await startTwo('2026-11-20 03:29:50')
    const { db, dialect } = replica.service.app.get(DatabaseConnection)
    const [away, back] =
      dialect.name === 'sqlite'
        ? [
            'alter table AsyncSchema_ScheduleRun rename to Away',
            'alter table Away rename to AsyncSchema_ScheduleRun',
          ]
        : [
            "exec sp_rename 'AsyncSchema.ScheduleRun', 'Away'",
            "exec sp_rename 'AsyncSchema.Away', 'ScheduleRun'",
          ]
    await sql.raw(away).execute(db)
    clock.set('2026-11-20 03:30:00')
    await replica.publishDue()
    expect(replica.said('jobs could not be looked up')).toHaveLength(1)
    expect(await messages()).toEqual([])

    await sql.raw(back).execute(db)
    clock.set('2026-11-20 03:31:00')
    await replica.publishDue()
    expect(await messages()).toEqual([message(subjects.scheduleAutoApproval, friday)])
  }, 30_000)
})

/** In a trial run that is at its own day: the machine's clock itself is wrong. */
class WrongClock extends ShiftedClock {
  constructor(
    private readonly right: ShiftedClock,
    public wrongMs: number,
  ) {
    super('2026-11-20 00:00:00')
  }
  override instant(): Date {
    return new Date(this.right.instant().getTime() + this.wrongMs)
  }
  override machine(): Date {
    return new Date(Date.now() + this.wrongMs)
  }
}

describe('a scheduler whose clock is wrong', () => {
  const minuteMs = 60_000

  it.each([
    ['21 minutes ahead', '2026-11-19 23:45:00', 21],
    ['a day ahead', '2026-11-19 00:06:00', 24 * 60],
    ['21 minutes behind', '2026-11-20 00:26:00', -21],
    ['years ahead', '2016-11-19 00:06:00', 10 * 365 * 24 * 60],
  ])('%s fires nothing, misses nothing, and says so', async (_, time, minutes) => {
    clock = new ShiftedClock(time)
    const wrong = new WrongClock(clock, minutes * minuteMs)
    const replica = await Replica.start(wrong)
    await replica.untilLogged('no job is fired')
    await replica.publishDue()
    expect(await messages()).toEqual([])
    expect(await runs()).toEqual([])
    expect(replica.lines('job missed')).toEqual([])
    const health = await (await fetch(`http://127.0.0.1:${replica.service.port}/health`)).json()
    expect(health).toMatchObject({ error: { clock: { status: 'down' } } })
    const metrics = await (await fetch(`http://127.0.0.1:${replica.service.port}/metrics`)).text()
    const [, ahead] = /^hwpv_clock_ahead_of_broker_seconds (\S+)$/m.exec(metrics) ?? []
    expect(Math.round(Number(ahead) / 60)).toBe(minutes)
    const byHand = replica.service.app
      .get(FireJob)
      .fire(jobNamed('payment-run'), friday, `${friday} 00:05:00`)
    await expect(byHand).rejects.toThrow(minutes > 0 ? "ahead of the broker's" : "behind the broker's")
  })

  it('goes on as soon as the clock is put right, and fires what is due', async () => {
    clock = new ShiftedClock('2026-11-19 23:45:00')
    const wrong = new WrongClock(clock, 21 * minuteMs)
    const replica = await Replica.start(wrong)
    await replica.untilLogged('no job is fired')
    wrong.wrongMs = 0
    await replica.publishDue()
    expect(await messages()).toEqual([])
    clock.set('2026-11-20 00:05:00')
    await replica.publishDue()
    expect(await messages()).toEqual([message(subjects.schedulePaymentRun, friday)])
    // Set back after that, it fires nothing twice.
    clock.set('2026-11-20 00:04:00')
    await replica.publishDue()
    clock.set('2026-11-20 00:05:30')
    await replica.publishDue()
    expect(await messages()).toHaveLength(1)
  })

  it('a little ahead or behind fires as ever', async () => {
    clock = new ShiftedClock('2026-11-20 00:04:30')
    const replica = await Replica.start(new WrongClock(clock, 0.75 * minuteMs))
    await replica.publishDue()
    expect(await messages()).toEqual([message(subjects.schedulePaymentRun, friday)])
  })
})

/** The service as it is, with these jobs. */
function withJobs(jobs: readonly DeclaredJob[]): Type {
  const listed = (what: string) => (Reflect.getMetadata(what, AppModule) ?? []) as Provider[]
  const [imports, controllers, providers] = [
    listed(MODULE_METADATA.IMPORTS),
    listed(MODULE_METADATA.CONTROLLERS),
    listed(MODULE_METADATA.PROVIDERS),
  ]
  class WithJobs {}
  Module({
    ...({ imports, controllers } as ModuleMetadata),
    providers: [
      ...providers.filter((each) => !('provide' in each) || each.provide !== ScheduleSettings),
      {
        provide: ScheduleSettings,
        useFactory: (env: Environment) => new ScheduleSettings(env, jobs),
        inject: [ENVIRONMENT],
      },
    ],
  })(WithJobs)
  return WithJobs
}

describe('a job that is due every second', () => {
  const often = { ...jobNamed('auto-approval'), name: 'often', by: 'time', when: 'every 1s' } as const

  /** Without those who would have something to do with it. */
  async function start(): Promise<Replica> {
    const replica = await Replica.start(clock, withJobs([often]))
    const all = await replica.manager.consumers.list('SCHEDULE').next()
    for (const { name } of all) await replica.manager.consumers.delete('SCHEDULE', name)
    return replica
  }

  it('is fired once for each time by two replicas, until it is paused, and after it goes on', async () => {
    clock = new ShiftedClock('2026-11-20 10:00:00')
    const both = [await start(), await start()]
    const schedules = both[0]?.service.app.get(Schedules)
    const count = async () => (await messages()).length
    await until('it came three times', async () => (await count()) >= 3)
    await schedules?.change('often', { state: 'PAUSED', person: 'ada', reason: 'to see' })
    // A look that was under way may still end.
    await publishDueOn(both)
    const before = await count()
    const due = (await messages()).map((text) => Date.parse(/"due":"(.*)"/.exec(text)?.[1] ?? ''))
    expect(new Set(due).size).toBe(due.length)
    expect(due.toSorted((one, other) => one - other)).toEqual(due)
    // What it was paused for passes.
    clock.set('2026-11-20 11:00:00')
    await publishDueOn(both)
    expect(await count()).toBe(before)
    await schedules?.change('often', { state: 'ACTIVE', person: 'ada', reason: 'seen' })
    await until('it comes again', async () => (await count()) > before)
    expect((await runs()).every(({ RunDate }) => /^\d{10}$/.test(RunDate))).toBe(true)
  }, 60_000)

  it('is not fired while a consumer of it has something to do', async () => {
    clock = new ShiftedClock('2026-11-20 10:00:00')
    const replica = await start()
    await replica.manager.consumers.add('SCHEDULE', {
      durable_name: 'slow',
      filter_subject: subjects.scheduleAutoApproval,
      ack_policy: AckPolicy.Explicit,
    })
    await until(
      'it came, and waits',
      async () => (await replica.manager.consumers.info('SCHEDULE', 'slow')).num_pending > 0,
    )
    await replica.publishDue()
    const before = (await messages()).length
    clock.set('2026-11-20 10:05:00')
    await replica.publishDue()
    expect(await messages()).toHaveLength(before)
    await replica.manager.consumers.delete('SCHEDULE', 'slow')
    await until('it comes again', async () => (await messages()).length > before)
  }, 60_000)
})

describe('what an operator says of a job', () => {
  it('stands whatever restarts, and however many releases; its default is nobody’s row', async () => {
    const [replica] = await startTwo('2026-11-20 04:29:00')
    const { db } = replica
    const rows = () => db.selectFrom('AsyncSchema.Schedule').selectAll().orderBy('Job').execute()
    expect((await rows()).map(({ Job, Expression, State }) => [Job, Expression, State])).toEqual([
      ['auto-approval', null, 'ACTIVE'],
      ['daily', null, 'ACTIVE'],
      ['look-up-notifications', null, 'ACTIVE'],
      ['payment-run', null, 'ACTIVE'],
      ['prison-register', null, 'ACTIVE'],
    ])
    await replica.service.app
      .get(Schedules)
      .change('daily', { state: 'PAUSED', person: 'ada', reason: 'to see' })
    const before = await rows()
    await replica.manager.streams.delete('SCHEDULE')
    await provideOnce({ NATS_URL: nats.url })
    const another = await Replica.start()
    clock.set('2026-11-20 04:30:10')
    await publishDueOn([replica, another])
    expect(await messages()).toEqual([])
    expect(await rows()).toEqual(before)
    const metrics = await (await fetch(`http://127.0.0.1:${another.service.port}/metrics`)).text()
    expect(metrics).toContain('hwpv_schedule_without_next_run{schedule="daily"} 0')
  }, 60_000)

  it('is heeded at the next look, and what cannot be gone by is named and told', async () => {
    const [replica, other] = await startTwo('2026-11-20 04:00:00')
    const schedules = replica.service.app.get(Schedules)
    const word = { person: 'ada', reason: 'to see' }
    await schedules.change('daily', { when: 'cron 10 4 * * *', ...word })
    await schedules.change('auto-approval', { when: 'cron 0 0 31 2 *', ...word })
    clock.set('2026-11-20 04:10:00')
    await publishDueOn([replica, other])
    expect(await messages()).toEqual([message(subjects.scheduleDaily, friday)])
    expect(replica.lines('a job is due by nothing')).toEqual(['auto-approval NoTimetable'])
    const metrics = () =>
      fetch(`http://127.0.0.1:${replica.service.port}/metrics`).then((answer) => answer.text())
    await metrics()
    expect(await metrics()).toContain('hwpv_schedule_without_next_run{schedule="auto-approval"} 1')
  }, 60_000)
})

it('a record that holds no date keeps no job from being fired', async () => {
  const [replica] = await startTwo('2026-11-20 03:29:00')
  const bad = { Job: 'auto-approval', RunDate: '2026-11-1x', DateDue: 'soon', DateFired: 'never' }
  await replica.db.insertInto('AsyncSchema.ScheduleRun').values(bad).execute()
  clock.set('2026-11-20 03:30:00')
  await replica.publishDue()
  expect(await messages()).toEqual([message(subjects.scheduleAutoApproval, friday)])
  const metrics = await (await fetch(`http://127.0.0.1:${replica.service.port}/metrics`)).text()
  expect(metrics).toContain('hwpv_schedule_next_due_timestamp_seconds')
})
