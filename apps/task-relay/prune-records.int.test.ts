import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CompiledQuery, type Kysely, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { addDays, fromLondon, ShiftedClock, toLondon, type LocalTime } from '#shared/clock'
import { scheduleMessageId, streams, subjects } from '#shared/contracts'
import type { Environment } from '#shared/config'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import type { Database, NewRow, TableName } from '#shared/database'
import { JobRuns, PagedJob } from '#shared/jobs'
import { Log } from '#shared/logging'
import { TemporaryFailure, type Delivery } from '#shared/messaging'
import { BareClient } from '../../test/support/bare-client.js'
import { malwareCases, type EmailCase } from '../../test/support/cases/email.cases.js'
import { runAgain, runsOf, submit } from '../../test/support/claim-cases.js'
import { deliverAgain } from '../../test/support/deliver-again.js'
import { messageIdIn } from '../../test/support/message-ids.js'
import { onServer } from '../../test/support/on-server.js'
import { insertRows, type Rows } from '../../test/support/rows.js'
import { runOps } from '../../test/support/run-ops.js'
import { System } from '../../test/support/system.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { OldRecords, rowsPerPage } from './src/prune-records/old-records.repository.js'
import { TaskRelaySettings } from './src/task-relay.settings.js'
import { PruneRecordsHandler } from './src/prune-records/prune-records.handler.js'
import { keptDays } from './src/prune-records/prune-records.rules.js'
import { PendingTasks } from './src/relay-tasks/pending-tasks.repository.js'

const date = '2026-11-20'
const started = `${date} 04:30:00.000`
const ago = (days: number): LocalTime => `${addDays(date, -days)} ${started.slice(11)}`
const later = (time: LocalTime, ms: number): LocalTime => toLondon(new Date(fromLondon(time).getTime() + ms))

const inbox = (
  MessageId: string,
  DateStarted: LocalTime,
  DateDone: LocalTime | null,
  columns: object = {},
) => ({
  ...{ Consumer: 'consumer', MessageId, State: DateDone ? 'DONE' : 'RELEASED', DateStarted, DateDone },
  ...columns,
})

/** A message in the outbox, owed where there is no time of its end. */
const outbox = (MessageId: string, DateEnded: LocalTime | null, columns: object = {}) => ({
  ...{ MessageId, Subject: '', Body: '{}', State: DateEnded ? 'DONE' : 'PUBLISHED' },
  ...{ Attempts: 0, DateCreated: ago(999), DateLastHeard: ago(999), DateEnded, ...columns },
})

type TaskSchema = 'ExtSchema' | 'IntSchema'
const run = (
  TaskSchema: TaskSchema,
  TaskId: number,
  Run: number,
  DateEnded: LocalTime | null,
  State = DateEnded ? 'DONE' : 'PUBLISHED',
) => outbox(`${TaskSchema}.Task.${TaskId}.${Run}`, DateEnded, { TaskSchema, TaskId, Run, State })
const taskRow = (TaskId: number, Status: string) => ({
  ...{ TaskId, Task: 'FEEDBACK_SUBMITTED', DateCreated: ago(999), Status },
})

let database: TestDatabase

const idsIn = async (table: 'AsyncSchema.Inbox' | 'AsyncSchema.Outbox'): Promise<string[]> => {
  const rows = await database.connection.db
    .selectFrom(table)
    .select('MessageId')
    .orderBy('MessageId')
    .execute()
  // What the runs of the job leave themselves is not what they are about.
  return rows.map(({ MessageId }) => MessageId).filter((id) => !id.startsWith('schedule.'))
}

async function insertMany<T extends TableName>(table: T, rows: readonly NewRow<T>[]): Promise<void> {
  await database.connection.db.transaction().execute(async (transaction) => {
    for (let at = 0; at < rows.length; at += 100) {
      await transaction
        .insertInto(table)
        .values(rows.slice(at, at + 100))
        .execute()
    }
  })
}

describe('the pruning of records', () => {
  let clock: ShiftedClock
  let records: OldRecords

  beforeEach(async () => {
    database = await createTestDatabase()
    clock = new ShiftedClock(started)
    records = new OldRecords(database.connection)
  })

  afterEach(() => database.remove())

  /** Handles the day's event; the run counts from the very second it is due, whatever the time is now. */
  async function prune(
    signal: AbortSignal = new AbortController().signal,
    env: Environment = {},
  ): Promise<number> {
    const { connection } = database
    const runs = new JobRuns(connection, clock)
    const publisher = { publishFollowUps: () => Promise.resolve() }
    const unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
    const job = new PagedJob(connection, runs, unitOfWork, clock, Log.create('test', 'silent'))
    const id = scheduleMessageId(subjects.scheduleDaily, date)
    const delivery = { id, consumer: 'prune-records', traceparent: '', signal } as Delivery
    await runs.begin(delivery, date)
    await connection.db.updateTable('AsyncSchema.JobRun').set({ DateStarted: started }).execute()
    await new PruneRecordsHandler(records, job, new TaskRelaySettings(env)).handle({ date }, delivery)
    return (await runs.progressOf(delivery)).rowsChanged
  }

  /** The pages that were deleted, by the stage they belong to. */
  async function pagesOfStage(stage: number): Promise<number> {
    const rows = await database.connection.db.selectFrom('AsyncSchema.Inbox').select('MessageId').execute()
    const pages = rows.filter(({ MessageId }) => MessageId.includes(`#${stage}.`)).length
    // The last one found nothing.
    return pages - 1
  }

  const aroundTheLimit = (days: number) =>
    [
      ['a second before', later(ago(days), -1_000)],
      ['at', ago(days)],
      ['a second after', later(ago(days), 1_000)],
    ] as const

  it('forgets what consumers did and began more than sixty days before the event’s day, to the second', async () => {
    const limit = aroundTheLimit(keptDays.inbox)
    await insertMany('AsyncSchema.Inbox', [
      ...limit.map(([about, time]) => inbox(`done ${about}`, time, time)),
      ...limit.map(([about, time]) => inbox(`released ${about}`, time, null)),
      ...limit.map(([about, time]) => inbox(`started ${about}`, time, null, { State: 'STARTED' })),
      ...limit.map(([about, time]) => inbox(`begun long before, done ${about}`, ago(100), time)),
    ])
    // Delivered days later, it counts from the same day.
    clock.set(`${addDays(date, 5)} 12:00:00`)
    expect(await prune()).toBe(4)
    expect(await idsIn('AsyncSchema.Inbox')).toEqual(
      ['begun long before, done', 'done', 'released', 'started'].flatMap((kind) => [
        `${kind} a second after`,
        `${kind} at`,
      ]),
    )
  })

  it('forgets messages without a Task row after sixty days, and runs after a hundred and twenty', async () => {
    await insertMany('AsyncSchema.Outbox', [
      ...aroundTheLimit(keptDays.followUps).map(([about, time]) => outbox(`follow-up ${about}`, time)),
      ...aroundTheLimit(keptDays.taskRuns).map(([, time], i) => run('ExtSchema', 1, 1 + i, time)),
      ...aroundTheLimit(keptDays.taskRuns).map(([, time], i) => run('IntSchema', 1, 1 + i, time)),
      run('ExtSchema', 2, 1, later(ago(keptDays.followUps), -1_000)),
    ])
    expect(await prune()).toBe(3)
    expect(await idsIn('AsyncSchema.Outbox')).toEqual([
      ...['ExtSchema.Task.1.2', 'ExtSchema.Task.1.3', 'ExtSchema.Task.2.1'],
      ...['follow-up a second after', 'follow-up at', 'IntSchema.Task.1.2', 'IntSchema.Task.1.3'],
    ])
  })

  it('never forgets what is owed, or was begun for it or for what has failed, or the runs of an open Task row', async () => {
    const statuses = ['PENDING', 'IN-PROGRESS', 'COMPLETE', 'FAILED', 'SOMEBODY-ELSES']
    const tasks = statuses.map((status, i) => taskRow(i + 1, status))
    await insertRows(database.connection, {
      // An open row of the other schema with the same number is no reason to keep a run.
      'ExtSchema.Task': [...tasks, taskRow(7, 'PENDING')],
      'IntSchema.Task': [...tasks].reverse().map((task, i) => ({ ...task, TaskId: i + 1 })),
      'AsyncSchema.Outbox': [
        ...[1, 2, 3, 4, 5, 6].flatMap((id) => [
          run('ExtSchema', id, 1, ago(400)),
          run('ExtSchema', id, 2, ago(300)),
        ]),
        ...[1, 2, 3, 4, 5, 7].map((id) => run('IntSchema', id, 1, ago(300))),
        run('ExtSchema', 8, 1, null),
        outbox('owed follow-up', null),
        outbox('ended follow-up', ago(200)),
        run('IntSchema', 9, 1, ago(100), 'FAILED'),
      ],
      'AsyncSchema.Inbox': [
        inbox('ExtSchema.Task.8.1', ago(500), null),
        inbox('owed follow-up', ago(500), null, { State: 'STARTED' }),
        inbox('ended follow-up', ago(500), null, { State: 'STARTED' }),
        inbox('published directly', ago(500), ago(500)),
        inbox('IntSchema.Task.9.1', ago(100), null, { State: 'STARTED' }),
      ],
    })
    await prune()
    expect(await idsIn('AsyncSchema.Inbox')).toEqual([
      ...['ExtSchema.Task.8.1', 'IntSchema.Task.9.1', 'owed follow-up'],
    ])
    expect(await idsIn('AsyncSchema.Outbox')).toEqual([
      ...['ExtSchema.Task.1.1', 'ExtSchema.Task.1.2', 'ExtSchema.Task.2.1', 'ExtSchema.Task.2.2'],
      ...[
        'ExtSchema.Task.8.1',
        'IntSchema.Task.4.1',
        'IntSchema.Task.5.1',
        'IntSchema.Task.9.1',
        'owed follow-up',
      ],
    ])
  })

  describe('takes from rows of SEND-NOTIFICATION what they say', () => {
    const requested = { Subject: subjects.notificationRequested }
    const row = (TaskId: number, Status: string, ended: LocalTime | null, Task = 'SEND-NOTIFICATION') => ({
      ...{ TaskId, Task, DateCreated: ago(999), Status, DateProcessed: ended },
      AdditionalData: `data of ${TaskId}`,
    })
    const dataIn = async (table: `${TaskSchema}.Task`) => {
      const rows = await database.connection.db
        .selectFrom(table as 'IntSchema.Task')
        .select(['TaskId', 'AdditionalData'])
        .orderBy('TaskId')
        .execute()
      return rows.filter(({ AdditionalData }) => AdditionalData !== null).map(({ TaskId }) => TaskId)
    }

    it('thirty days after they ended, to the second, in both schemas; and from no others', async () => {
      const old = later(ago(30), -1_000)
      const rows = [
        ...[row(1, 'COMPLETE', old), row(2, 'FAILED', old)],
        ...[row(3, 'COMPLETE', ago(30)), row(4, 'FAILED', ago(1))],
        // Under way again, or about to be.
        ...[row(5, 'IN-PROGRESS', old), row(6, 'PENDING', old), row(7, 'SOMEBODY-ELSES', old)],
        row(8, 'COMPLETE', old, 'SEND-CLAIM-NOTIFICATION'),
      ]
      const runs = (schema: TaskSchema) =>
        rows.map(({ TaskId, DateProcessed, Task }) => ({
          ...run(schema, TaskId, 1, DateProcessed),
          Subject: Task === 'SEND-NOTIFICATION' ? requested.Subject : subjects.notifyClaimSubmitted,
        }))
      await insertRows(database.connection, {
        'ExtSchema.Task': rows,
        'IntSchema.Task': rows,
        'AsyncSchema.Outbox': [...runs('ExtSchema'), ...runs('IntSchema')],
      })
      await prune()
      for (const table of ['ExtSchema.Task', 'IntSchema.Task'] as const)
        expect(await dataIn(table)).toEqual([3, 4, 5, 6, 7, 8])
    })

    it('however many they are, and of a row that ran twice by when it ended for the last time', async () => {
      const ids = Array.from({ length: 1_200 }, (_, n) => n + 1)
      await insertRows(database.connection, {
        'IntSchema.Task': [...ids.map((id) => row(id, 'COMPLETE', ago(40))), row(2_000, 'COMPLETE', ago(10))],
      })
      await insertMany('AsyncSchema.Outbox', [
        ...ids.map((id) => ({ ...run('IntSchema', id, 1, ago(40)), ...requested })),
        { ...run('IntSchema', 2_000, 1, ago(40)), ...requested },
        { ...run('IntSchema', 2_000, 2, ago(10)), ...requested },
      ])
      await prune()
      expect(await dataIn('IntSchema.Task')).toEqual([2_000])
    })

    it('before their runs are forgotten, by which they are found', async () => {
      const old = ago(keptDays.taskRuns + 1)
      await insertRows(database.connection, {
        'IntSchema.Task': [row(1, 'COMPLETE', old)],
        'AsyncSchema.Outbox': [{ ...run('IntSchema', 1, 1, old), ...requested }],
      })
      await prune(undefined, { NOTIFICATION_DATA_DAYS: String(keptDays.taskRuns) })
      expect([await dataIn('IntSchema.Task'), await idsIn('AsyncSchema.Outbox')]).toEqual([[], []])
    })

    it('also from those that were refused as they were taken up, whatever release did that', async () => {
      const old = later(ago(30), -1_000)
      const rows = [
        ...[row(1, 'FAILED', old), row(2, 'FAILED', old, ' send-notification '), row(3, 'FAILED', ago(1))],
        ...[
          row(4, 'PENDING', null),
          row(5, 'FAILED', old, 'SUBJECT-CHANGED'),
          row(6, 'FAILED', old, 'MAKE-TEA'),
        ],
        ...[row(7, 'FAILED', old, 'SEND-MALWARE-ALERT'), row(8, 'FAILED', old)],
      ]
      const runs = (schema: TaskSchema) => [
        ...rows.map(({ TaskId }) => run(schema, TaskId, 1, old, 'FAILED')),
        // Taken up again since, and refused again.
        run(schema, 8, 2, old, 'FAILED'),
        run(schema, 3, 2, ago(1), 'FAILED'),
      ]
      await insertRows(database.connection, {
        'ExtSchema.Task': rows,
        'IntSchema.Task': rows,
        'AsyncSchema.Outbox': [...runs('ExtSchema'), ...runs('IntSchema')],
      })
      await prune()
      for (const table of ['ExtSchema.Task', 'IntSchema.Task'] as const)
        expect(await dataIn(table)).toEqual([3, 4, 6, 7])
    })

    it.each(['6', '121'])('never so soon, or so late, that it could not be done right: %s days', (days) => {
      expect(() => new TaskRelaySettings({ NOTIFICATION_DATA_DAYS: days })).toThrow('NOTIFICATION_DATA_DAYS')
    })
  })

  /** Thousands of old records, and as many that are not; in the middle a thousand of the very same time. */
  const count = 5 * rowsPerPage
  async function thousands(): Promise<void> {
    const base = ago(200)
    const time = (i: number) => later(base, i < 1_000 || i >= 2_000 ? i * 1_000 : 1_000_000)
    const numbers = Array.from({ length: count }, (_, i) => i)
    await insertMany('AsyncSchema.Inbox', [
      ...numbers.map((i) => inbox(`old ${i}`, time(i), time(i))),
      ...numbers.map((i) => inbox(`kept ${i}`, ago(30), ago(30))),
    ])
    await insertMany('AsyncSchema.Outbox', [
      // More rows that stay than a page has, older than all that go: they are passed over.
      ...numbers.slice(0, rowsPerPage + 100).map((i) => run('IntSchema', 9, 1 + i, later(base, -1_000 - i))),
      ...numbers.map((i) => run('IntSchema', 10 + i, 1, time(i))),
      ...numbers.map((i) => run('ExtSchema', 10 + i, 1, null)),
    ])
    await insertRows(database.connection, { 'IntSchema.Task': [taskRow(9, 'IN-PROGRESS')] })
  }
  const idsLeft = async () => [
    (await idsIn('AsyncSchema.Inbox')).length,
    (await idsIn('AsyncSchema.Outbox')).length,
  ]
  const keptIds = [count, count + rowsPerPage + 100]

  it('goes through thousands of rows page by page', async () => {
    await thousands()
    expect(await prune()).toBe(2 * count)
    expect(await idsLeft()).toEqual(keptIds)
    // 500 + 500 + 1,000 of one time + 500.
    expect([await pagesOfStage(0), await pagesOfStage(9)]).toEqual([4, 4])
  }, 120_000)

  it('stops between two pages when its time is up, and goes on there when it is delivered again', async () => {
    await thousands()
    let looks = 0
    const upAfterThree = {
      get aborted() {
        return ++looks > 3
      },
    } as AbortSignal
    await expect(prune(upAfterThree)).rejects.toEqual(new TemporaryFailure('timed-out'))
    expect(await idsLeft()).toEqual([count + rowsPerPage, count + keptIds[1]!])
    expect(await prune()).toBe(2 * count)
    expect(await idsLeft()).toEqual(keptIds)
    expect(await pagesOfStage(0)).toBe(4)
    await prune()
    expect(await idsLeft()).toEqual(keptIds)
  }, 120_000)

  describe('leaves a Task row that is run again', () => {
    const relayed = async () => {
      const { messages } = await new PendingTasks(database.connection, clock).takePending('ExtSchema')
      // Whose row it is is said by the rest of it.
      return messages.map(({ id }) => id.replace(/\.[0-9a-f]{16}$/, ''))
    }
    const task = (Status: string) => ({ ...taskRow(1, Status), Task: 'SEND-MALWARE-ALERT', Reference: 'ABC' })
    const claimed = { EligibilityId: 1, ClaimId: 1 }

    async function prunedAndRunAgain(Status: string, ...ended: readonly number[]): Promise<string[]> {
      const rows: Rows = {
        'ExtSchema.Task': [{ ...task(Status), ...claimed }],
        'AsyncSchema.Outbox': ended.map((days, i) => run('ExtSchema', 1, i + 1, ago(days))),
        'AsyncSchema.Inbox': ended.map((days, i) => inbox(`ExtSchema.Task.1.${i + 1}`, ago(days), ago(days))),
      }
      await insertRows(database.connection, rows)
      await prune()
      await database.connection.db.updateTable('ExtSchema.Task').set({ Status: 'PENDING' }).execute()
      return relayed()
    }

    it('the next number, while any run is left', async () => {
      expect(await prunedAndRunAgain('COMPLETE', 300, 200, keptDays.inbox + 1)).toEqual([
        'ExtSchema.Task.1.4',
      ])
      expect(await idsIn('AsyncSchema.Inbox')).toEqual([])
    })

    it('the next number, where it waited already: then all of its runs are left', async () => {
      expect(await prunedAndRunAgain('PENDING', 300, 200)).toEqual(['ExtSchema.Task.1.3'])
    })

    it('the first again only when the inbox knows nothing of it', async () => {
      expect(await prunedAndRunAgain('FAILED', 300, 200)).toEqual(['ExtSchema.Task.1.1'])
      expect(await idsIn('AsyncSchema.Inbox')).toEqual([])
    })
  })

  // The plans of the embedded database; SQL Server's are its own affair.
  const onSqlite = it.skipIf(onServer)

  onSqlite('finds what is old by an index, and never looks through a table', async () => {
    const recorder = new QueryRecorder()
    const db = database.connection.db.withPlugin(recorder)
    const stages = [
      records.inbox(ago(60)),
      records.followUps(ago(60)),
      records.taskRuns('ExtSchema', ago(120)),
      records.taskRuns('IntSchema', ago(120)),
    ]
    for (const stage of stages) {
      await stage.read(db, 0)
      await stage.change({ db } as unknown as Work, [{ number: 1, upTo: ago(130) }], undefined)
    }
    const plans = await recorder.plans(database.connection.db)
    expect(plans.length).toBeGreaterThanOrEqual(2 * stages.length)
    for (const plan of plans) {
      expect(plan).toMatch(
        /SEARCH AsyncSchema_(Inbox|Outbox) USING .*IX_AsyncSchema_(Inbox_Started|Outbox_Ended) /,
      )
      expect(plan).not.toMatch(/SCAN|TEMP B-TREE/)
    }
  })
})

/** Takes down queries, and asks the embedded database how it goes about them. */
class QueryRecorder implements KyselyPlugin {
  private readonly nodes: RootOperationNode[] = []

  transformQuery({ node }: { readonly node: RootOperationNode }): RootOperationNode {
    this.nodes.push(node)
    return node
  }

  transformResult<R>({ result }: { readonly result: R }): Promise<R> {
    return Promise.resolve(result)
  }

  /** How each query goes about it, step by step. The last thing to be asked: an `explain` is left open by the driver. */
  async plans(db: Kysely<Database>): Promise<string[]> {
    const plans: string[] = []
    for (const node of this.nodes) {
      const { sql, parameters } = db.getExecutor().compileQuery(node, { queryId: 'plan' })
      const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
      const { rows } = await db.executeQuery<{ detail: string }>(explain)
      plans.push(rows.map(({ detail }) => detail).join('; '))
    }
    return plans
  }
}

describe('the pruning of records, among the services', () => {
  const day = '2024-03-13'
  const [malware] = malwareCases as [EmailCase]
  let system: System

  beforeAll(async () => {
    system = await System.start({ clock: `${day} 11:30:00`, services: ['task-relay', 'notifier'] })
    await system.startService('task-relay', 'second')
    database = system.database
    await submit(system, malware.given)
    await system.settled()
  }, 120_000)

  afterAll(() => system.stop())

  const emails = () => system.simulators.notify.calls.length
  const messageId = (number: number) => messageIdIn(malware.given, malware.schema, malware.taskId, number)

  /** Fires the daily job so many days later. */
  async function fireAfter(days: number, copies = 1): Promise<void> {
    const on = addDays(day, days)
    system.clock.set(`${on} 11:31:00`)
    const client = await BareClient.connect(system.nats.url)
    const id = { 'ce-id': scheduleMessageId(subjects.scheduleDaily, on) }
    const events = Array.from({ length: copies }, () =>
      client.publish(subjects.scheduleDaily, { date: on }, id),
    )
    await Promise.all(events)
    await client.close()
    await system.answered(streams.schedule.name)
  }

  it('leaves what a replay asks for: nothing is done twice as long as anything can be replayed', async () => {
    await fireAfter(keptDays.inbox - 1)
    expect(await idsIn('AsyncSchema.Inbox')).toContain(messageId(1))
    expect(await deliverAgain(system, streams.notifications.name, 5)).toBe(5)
    expect(emails()).toBe(1)
  })

  it('delivered five times to two replicas, prunes once, where operators see it', async () => {
    await fireAfter(keptDays.inbox + 1, 5)
    expect(await idsIn('AsyncSchema.Inbox')).not.toContain(messageId(1))
    const runs = await system.connection.db
      .selectFrom('AsyncSchema.JobRun')
      .select(['Consumer', 'RowsChanged', 'State', 'LastReason'])
      .where('RunDate', '=', addDays(day, keptDays.inbox + 1))
      .execute()
    const row = { Consumer: 'prune-records', RowsChanged: 1, State: 'DONE', LastReason: null }
    expect(runs).toEqual([row])
    const env = { ...database.env, NATS_URL: system.nats.url, CLOCK_START: system.clock.now().slice(0, 19) }
    const { out } = await runOps(`schedule --date ${addDays(day, keptDays.inbox + 1)}`, env)
    expect(out).toContainEqual(expect.stringMatching(/^daily +prune-records .* 1 +done$/))
  })

  it('leaves the runs of a Task row by then: run again, it is run 2, and an email of its own', async () => {
    expect(await runsOf(system, malware.schema, malware.taskId)).toHaveLength(1)
    await runAgain(system, malware.schema, malware.taskId)
    await system.settled()
    expect(emails()).toBe(2)
    expect(await idsIn('AsyncSchema.Inbox')).toContain(messageId(2))
  })

  it('forgets all of it in the end, and Task rows are nobody’s business here', async () => {
    await fireAfter(keptDays.inbox + 1 + keptDays.taskRuns + 1)
    expect(await runsOf(system, malware.schema, malware.taskId)).toEqual([])
    expect(await idsIn('AsyncSchema.Inbox')).toEqual([])
    const tasks = await system.connection.db.selectFrom(`${malware.schema}.Task`).select('Status').execute()
    expect(tasks).toEqual([{ Status: 'COMPLETE' }])
  })
})
