import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AckPolicy, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Environment } from '#shared/config'
import type { JobDay } from '#shared/operations'
import { insertRows } from '../../test/support/rows.js'
import { noNats, runOps } from '../../test/support/run-ops.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { startNatsServer, type RunningNatsServer } from '../../testing/nats-server/index.js'

// 2026-11-20 is a Friday.
const friday = (time: string) => `2026-11-20 ${time}`
const atFive = { CLOCK_START: friday('05:00:00') }

const jobRun = (Consumer: string, subject: string, day: string, columns: object) => ({
  Consumer,
  MessageId: `schedule.${subject}.${day}`,
  RunDate: day,
  ...{ Stage: 0, LastKey: 0, RowsChanged: 0, State: 'DONE' },
  ...{ DateStarted: `${day} 04:30:01`, DateLastHeard: `${day} 04:30:02`, DateEnded: null },
  ...columns,
})
const daily = (consumer: string, columns: object) => jobRun(consumer, 'daily', '2026-11-20', columns)

let nats: RunningNatsServer
let connection: NatsConnection
let manager: JetStreamManager
let database: TestDatabase
let env: Environment

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
  connection = await connect({ servers: nats.url })
  manager = await jetstreamManager(connection)
  env = { ...database.env, NATS_URL: nats.url }
  await insertRows(database.connection, {
    'AsyncSchema.ScheduleRun': [
      {
        Job: 'daily',
        RunDate: '2026-11-19',
        DateDue: '2026-11-19 04:30:00',
        DateFired: '2026-11-19 04:30:00',
      },
      {
        Job: 'payment-run',
        RunDate: '2026-11-19',
        DateDue: '2026-11-19 00:05',
        DateFired: '2026-11-19 00:05:00',
      },
      { Job: 'daily', RunDate: '2026-11-20', DateDue: friday('04:30:00'), DateFired: friday('04:30:00.250') },
      {
        Job: 'payment-run',
        RunDate: '2026-11-20',
        DateDue: friday('00:05:00'),
        DateFired: friday('00:08:00'),
      },
    ],
    'AsyncSchema.JobRun': [
      daily('mark-overpayments', { RowsChanged: 1_234, DateEnded: friday('04:33:13.900') }),
      daily('reject-silent-claims', { RowsChanged: 2, DateEnded: friday('04:30:01.420') }),
      daily('remind-advance-claims', {
        State: 'RUNNING',
        RowsChanged: 500,
        DateLastHeard: friday('04:59:59'),
      }),
      daily('clean-up-old-claims', { State: 'RUNNING', LastReason: 'storage-unavailable' }),
      daily('remind-pending-claims', {
        ...{ State: 'FAILED', LastReason: 'timed-out', RowsChanged: 100, DateEnded: friday('04:59:30') },
      }),
      jobRun('pay', 'payment-run', '2026-11-19', { DateEnded: '2026-11-20 00:06:00' }),
      jobRun('retired', 'daily', '2026-11-05', { DateEnded: '2026-11-06 05:00:00' }),
    ],
  })
}, 120_000)
afterAll(async () => {
  await connection.close()
  await Promise.all([nats.stop(), database.remove()])
})

async function addConsumers(subject: string, ...names: string[]): Promise<void> {
  for (const durable_name of names) {
    const config = { durable_name, ack_policy: AckPolicy.Explicit, filter_subject: subject }
    await manager.consumers.add('SCHEDULE', config)
  }
}

async function schedule(args: string, more: Environment = {}) {
  const { code, out, err } = await runOps(`schedule ${args}`, { ...env, ...atFive, ...more })
  // The clock runs on from where it starts.
  return { code, out: out.map((line) => line.replace(/05:00:\d\d in London$/, '05:00 in London')), err }
}

const jobsOfFriday = [
  'Friday 2026-11-20, as seen at 2026-11-20 05:00 in London',
  '',
  'JOB                    DUE       FIRED     STATE        LAST FIRED           NEXT RUN             WHEN',
  'auto-approval          03:30:00  -         missed       -                    2026-11-21 03:30:00  cron 30 3 * * *',
  'daily                  04:30:00  04:30:00  fired        2026-11-20 04:30:00  2026-11-21 04:30:00  cron 30 4 * * *',
  'payment-run            00:05:00  00:08:00  fired        2026-11-20 00:08:00  2026-11-23 00:05:00  cron 5 0 * * 1-5',
  'prison-register        05:45:00  -         not due yet  -                    2026-11-20 05:45:00  cron 45 5 * * *',
  'look-up-notifications  05:00:00  -         due          -                    2026-11-20 05:01:00  every 1m',
  '',
]

describe('a day of jobs', () => {
  it('before the services ever ran has no consumers, and looking makes no stream', async () => {
    expect(await schedule('--date 2026-11-21')).toEqual({
      code: 0,
      out: [
        'Saturday 2026-11-21, as seen at 2026-11-20 05:00 in London',
        '',
        'JOB                    DUE       FIRED  STATE            LAST FIRED           NEXT RUN             WHEN',
        'auto-approval          03:30:00  -      not due yet      -                    2026-11-21 03:30:00  cron 30 3 * * *',
        'daily                  04:30:00  -      not due yet      2026-11-20 04:30:00  2026-11-21 04:30:00  cron 30 4 * * *',
        'payment-run            -         -      not on this day  2026-11-20 00:08:00  2026-11-23 00:05:00  cron 5 0 * * 1-5',
        'prison-register        05:45:00  -      not due yet      -                    2026-11-20 05:45:00  cron 45 5 * * *',
        'look-up-notifications  00:00:00  -      not due yet      -                    2026-11-20 05:01:00  every 1m',
        '',
        'JOB                    CONSUMER  STARTED  ENDED  TOOK  ROWS  HOW IT ENDED',
        'auto-approval          -         -        -      -     -     no consumer known',
        'daily                  -         -        -      -     -     no consumer known',
        'payment-run            -         -        -      -     -     no consumer known',
        'prison-register        -         -        -      -     -     no consumer known',
        'look-up-notifications  -         -        -      -     -     no consumer known',
      ],
      err: [],
    })
    expect(await manager.streams.names().next()).toEqual([])
  })

  it('is today in London, with the consumers that the server has', async () => {
    await manager.streams.add({ name: 'SCHEDULE', subjects: ['schedule.>'] })
    const others = [
      'clean-up-old-claims',
      'delete-payment-files',
      'mark-overpayments',
      'reject-silent-claims',
    ]
    await addConsumers('schedule.daily', ...others, 'remind-advance-claims', 'remind-pending-claims')
    await addConsumers('schedule.auto-approval', 'approve-waiting-claims')
    // An operator's own look at the stream is no consumer of the job.
    await manager.consumers.add('SCHEDULE', { ack_policy: AckPolicy.Explicit, name: 'a-look' })

    expect(await schedule('')).toEqual({
      code: 0,
      out: [
        ...jobsOfFriday,
        'JOB                    CONSUMER                STARTED   ENDED     TOOK         ROWS  HOW IT ENDED',
        'auto-approval          approve-waiting-claims  -         -         -               -  missed',
        'daily                  clean-up-old-claims     04:30:01  -         -               0  retrying, last reason storage-unavailable',
        'daily                  delete-payment-files    -         -         -               -  not run',
        'daily                  mark-overpayments       04:30:01  04:33:13  3 min 12 s   1234  done',
        'daily                  reject-silent-claims    04:30:01  04:30:01  0.4 s           2  done',
        'daily                  remind-advance-claims   04:30:01  -         -             500  running, last heard of at 04:59:59',
        'daily                  remind-pending-claims   04:30:01  04:59:30  29 min 29 s   100  failed: timed-out',
        'payment-run            -                       -         -         -               -  no consumer known',
        'prison-register        -                       -         -         -               -  no consumer known',
        'look-up-notifications  -                       -         -         -               -  no consumer known',
      ],
      err: [],
    })
  })

  it('may be another day', async () => {
    const { out } = await schedule('--date=2026-11-19')
    expect([out[0], ...out.slice(3, 6), ...out.slice(-3, -2)]).toEqual([
      'Thursday 2026-11-19, as seen at 2026-11-20 05:00 in London',
      'auto-approval          03:30:00  -         missed  -                    2026-11-21 03:30:00  cron 30 3 * * *',
      'daily                  04:30:00  04:30:00  fired   2026-11-20 04:30:00  2026-11-21 04:30:00  cron 30 4 * * *',
      'payment-run            00:05:00  00:05:00  fired   2026-11-20 00:08:00  2026-11-23 00:05:00  cron 5 0 * * 1-5',
      'payment-run            pay                     04:30:01  2026-11-20 00:06:00  19 h 35 min     0  done',
    ])
  })

  it('goes by the schedule of the settings', async () => {
    const { out } = await schedule('', { SCHEDULE_AUTO_APPROVAL: '04:55', SCHEDULE_CATCH_UP_MINUTES: '30' })
    expect(out[3]).toBe(
      'auto-approval          04:55:00  -         due          -                    2026-11-21 04:55:00  cron 55 4 * * *',
    )
  })

  it('has the same facts as JSON', async () => {
    const { code, out, err } = await schedule('--json')
    expect({ code, err, lines: out.length }).toEqual({ code: 0, err: [], lines: 1 })
    const { date, now, jobs } = JSON.parse(out[0] ?? '') as { date: string; now: string; jobs: JobDay[] }
    expect([date, now.slice(0, 16)]).toEqual(['2026-11-20', friday('05:00')])
    expect(jobs.map(({ job, state, consumers }) => [job, state, consumers.length])).toEqual([
      ['auto-approval', 'missed', 1],
      ['daily', 'fired', 6],
      ['payment-run', 'fired', 0],
      ['prison-register', 'not-due-yet', 0],
      ['look-up-notifications', 'due', 0],
    ])
    expect({ ...jobs[1], consumers: jobs[1]?.consumers.slice(1, 3) }).toEqual({
      ...{ job: 'daily', state: 'fired', due: friday('04:30:00.000'), fired: friday('04:30:00.250') },
      ...{ lastFired: friday('04:30:00.250'), next: '2026-11-21 04:30:00.000' },
      ...{ when: 'cron 30 4 * * *', zone: 'Europe/London', isDefault: true, paused: false, refused: null },
      ...{ changed: null, times: null },
      consumers: [
        {
          ...{
            consumer: 'delete-payment-files',
            messageId: null,
            state: 'not-run',
            reason: null,
            rows: null,
          },
          ...{ started: null, lastHeard: null, ended: null, tookMs: null },
        },
        {
          ...{ consumer: 'mark-overpayments', messageId: 'schedule.daily.2026-11-20', state: 'done' },
          ...{
            reason: null,
            rows: 1_234,
            started: friday('04:30:01.000'),
            lastHeard: friday('04:30:02.000'),
          },
          ...{ ended: friday('04:33:13.900'), tookMs: 192_900 },
        },
      ],
    })
  })

  it('without NATS has the consumers that ran in the days before, and says so', async () => {
    const { code, out, err } = await schedule('', noNats)
    expect({ code, jobs: out.slice(0, 9) }).toEqual({ code: 0, jobs: jobsOfFriday })
    expect(out.slice(10).map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      ['auto-approval', '-'],
      ['daily', 'clean-up-old-claims'],
      ['daily', 'mark-overpayments'],
      ['daily', 'reject-silent-claims'],
      ['daily', 'remind-advance-claims'],
      ['daily', 'remind-pending-claims'],
      ['payment-run', 'pay'],
      ['prison-register', '-'],
      ['look-up-notifications', '-'],
    ])
    const told =
      /^ops schedule: listed are only the consumers that ran in the 14 days before: NATS cannot be .+$/
    expect(err).toEqual([expect.stringMatching(told)])
  })
})

describe('a word about when a job is due', () => {
  const said = async (args: string, env = {}) => {
    const { code, out, err } = await schedule(args, env)
    return [code, ...out, ...err]
  }
  const line = async () => (await schedule('')).out.slice(3, 9)

  it('is in the table, with who said it and why, also while NATS is away', async () => {
    expect(await said('pause daily')).toEqual([1, 'ops schedule: say why: it is written down'])
    const noNatsNow = { ...noNats, OPERATOR: 'ada' }
    expect(await said('pause daily --reason holidays', noNatsNow)).toEqual([
      ...[0, 'daily is paused: it is not fired until it is resumed'],
    ])
    expect(await line()).toEqual([
      expect.stringContaining('auto-approval'),
      'daily                  04:30:00  04:30:00  fired        2026-11-20 04:30:00  -                    cron 30 4 * * *',
      expect.stringContaining('payment-run'),
      expect.stringContaining('prison-register'),
      expect.stringContaining('look-up-notifications'),
      expect.stringMatching(/^daily: ada, 2026-11-20 05:00:\d\d: holidays$/),
    ])
    expect(await said('resume daily --reason back')).toEqual([
      ...[0, 'daily is fired again: cron 30 4 * * * (Europe/London)'],
    ])
    expect(await said('change daily --default --zone Europe/Londom --reason x')).toEqual([
      1,
      'ops schedule: daily: Europe/Londom is no time zone: one as Europe/London is expected',
    ])
    expect((await line())[1]).toMatch(/2026-11-21 04:30:00 {2}cron 30 4 \* \* \*$/)
  })
})

describe('what it cannot do', () => {
  it.each([
    ['2026-11-20', 'the date is given with --date'],
    ['--date 2026-02-29', 'the date is a day that exists, as YYYY-MM-DD'],
    ['--when 2026-11-20', 'change what, and of which job?'],
    ['--on 2026-11-20', "Unknown option '--on'"],
    ['pause weekly --reason x', 'the job is one of auto-approval, daily, payment-run'],
    ['pause daily --when every-15m --reason x', 'change, and nothing else, has --when or --default'],
    ['change daily --reason x', 'change, and nothing else, has --when or --default'],
  ])('"%s"', async (args, reason) => {
    const { code, out, err } = await schedule(args, noNats)
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 })
    expect(err[0]).toContain(reason)
  })

  it('read settings that are malformed', async () => {
    const { code, out, err } = await schedule('', { SCHEDULE_DAILY: '4:30' })
    expect({ code, out, err }).toEqual({
      ...{
        code: 1,
        out: [],
        err: ['ops schedule: settings: SCHEDULE_DAILY is malformed: HH:MM is expected'],
      },
    })
  })

  it('look at a database that is not there', async () => {
    const { code, out, err } = await runOps('schedule', { DATA_DIR: '/dev/null/here', NATS_URL: nats.url })
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(err).toEqual(['ops schedule: there is no database in DATA_DIR: no service has been started there'])
  })
})
