import { afterEach, beforeEach, expect, it } from 'vitest'
import { sql } from 'kysely'
import { SystemClock } from '#shared/clock'
import { subjects, taskMessageId } from '#shared/contracts'
import { DatabaseConnection, migrationsFor, type NewRow, type SqlDialect } from '#shared/database'
import { Runs } from '#shared/operations'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { PendingTasks } from './src/relay-tasks/pending-tasks.repository.js'

const clock = new SystemClock()
const time = '2024-03-13 11:30:00.000'
let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

const run = (taskId: number, number: number, ended: string | null, state: string) => {
  const task = { schema: 'ExtSchema', taskId, run: number } as const
  return {
    ...{ MessageId: taskMessageId(task), Subject: subjects.claimSubmitted, Body: '{}' },
    ...{ TaskSchema: task.schema, TaskId: taskId, Run: number, State: state, Attempts: 0 },
    ...{ DateCreated: time, DateLastHeard: time, DateEnded: ended },
  } satisfies NewRow<'AsyncSchema.Outbox'>
}
const open = (taskId: number, number: number) => run(taskId, number, null, 'PUBLISHED')
const failed = (taskId: number, number: number) => run(taskId, number, time, 'FAILED')

const insert = (...rows: NewRow<'AsyncSchema.Outbox'>[]) =>
  database.connection.db.insertInto('AsyncSchema.Outbox').values(rows).execute()
const insertTasks = async (count: number, status: string) => {
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ Task: 'COMPLETE-CLAIM', Reference: 'ABC1234', EligibilityId: 1, ClaimId: i + 1 },
    ...{ DateCreated: time, Status: status },
  }))
  for (let first = 0; first < count; first += 100)
    await database.connection.db
      .insertInto('ExtSchema.Task')
      .values(rows.slice(first, first + 100))
      .execute()
}
const openRuns = async (): Promise<string[]> => {
  const rows = await database.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select('MessageId')
    .where('DateEnded', 'is', null)
    .orderBy('MessageId')
    .execute()
  return rows.map(({ MessageId }) => MessageId)
}

it('a Task row has one run under way: the database takes no second', async () => {
  await insert(open(1, 1), failed(1, 2), open(2, 1))
  await expect(insert(open(1, 3))).rejects.toThrow()
  expect(await openRuns()).toEqual(['ExtSchema.Task.1.1', 'ExtSchema.Task.2.1'])
})

it('a row that waits and has a run under way gets no other, whoever set it back', async () => {
  await insertTasks(3, 'PENDING')
  await insert(open(1, 1), failed(2, 1))
  const { messages } = await new PendingTasks(database.connection, clock).takePending('ExtSchema')
  const ids = messages.map(({ id }) => id)
  // Ids go on with what tells the row from another one of its number.
  expect(ids).toEqual([
    expect.stringMatching(/^ExtSchema\.Task\.2\.2\.\w+$/),
    expect.stringMatching(/^ExtSchema\.Task\.3\.1\.\w+$/),
  ])
  expect(await openRuns()).toEqual(['ExtSchema.Task.1.1', ...ids])
})

it('a row that has ended since it was looked at gets no other run, whatever locks the look was to have', async () => {
  await insertTasks(2, 'PENDING')
  const { db, dialect } = database.connection
  await db.updateTable('ExtSchema.Task').set({ Status: 'COMPLETE' }).where('TaskId', '=', 1).execute()
  await insert(run(1, 1, time, 'DONE'))
  // A look that took no locks, as it was before the first row's consumer committed.
  const asItWas = (id: number) =>
    sql`select ${sql.lit(id)} as "TaskId", 'COMPLETE-CLAIM' as "Task", 'ABC1234' as "Reference", 1 as "EligibilityId", ${sql.lit(id)} as "ClaimId", ${sql.lit(time)} as "DateCreated", null as "DateProcessed", 'PENDING' as "Status"`
  const taking = ((_: string, alias: string) =>
    sql`(${asItWas(1)} union all ${asItWas(2)})`.as(alias)) as unknown as SqlDialect['taking']
  const late = DatabaseConnection.over(db, { ...dialect, taking })
  const { messages, rows } = await new PendingTasks(late, clock).takePending('ExtSchema')
  expect(rows).toBe(1)
  expect(messages.map(({ id }) => id)).toEqual([expect.stringMatching(/^ExtSchema\.Task\.2\.1\.\w+$/)])
  expect(await openRuns()).toEqual(messages.map(({ id }) => id))
})

it('of several relays at once each takes rows of its own', async () => {
  await insertTasks(450, 'PENDING')
  const relays = Array.from({ length: 4 }, () => new PendingTasks(database.connection, clock))
  const taken = await Promise.all(relays.map((relay) => relay.takePending('ExtSchema')))
  const ids = taken.flatMap(({ messages }) => messages.map(({ id }) => id))
  expect(new Set(ids).size).toBe(450)
  expect(ids).toHaveLength(450)
})

it('a failed run whose row has another under way is not reopened, and keeps no other from it', async () => {
  await insertTasks(2, 'FAILED')
  await insert(open(1, 1), failed(1, 2), failed(2, 1))
  const ref = (taskId: number, number: number) => {
    const task = { schema: 'ExtSchema', taskId, run: number } as const
    return { id: taskMessageId(task), task }
  }
  await new Runs(database.connection, clock).reopen([ref(1, 2), ref(2, 1)])
  expect(await openRuns()).toEqual(['ExtSchema.Task.1.1', 'ExtSchema.Task.2.1'])
})

it('a row whose run is pruned while it is reopened stays failed', async () => {
  const { connection } = database
  if (connection.dialect.name !== 'sqlite') return
  await insertTasks(1, 'FAILED')
  await insert(failed(1, 1))
  // Somebody's deletion is committed once the row has been taken, and before the run is asked for.
  await sql`create trigger Prunes after update on ExtSchema_Task begin delete from AsyncSchema_Outbox; end`.execute(
    connection.db,
  )
  const task = { schema: 'ExtSchema', taskId: 1, run: 1 } as const
  await new Runs(connection, clock).reopen([{ id: taskMessageId(task), task }])
  const rows = await connection.db.selectFrom('ExtSchema.Task').select('Status').execute()
  expect(rows).toEqual([{ Status: 'FAILED' }])
})

it('where an earlier release has left two runs open, the last one stays', async () => {
  const { connection } = database
  for (const index of ['OpenRun', 'ToPublish']) {
    const dropped = connection.db.schema.dropIndex(`IX_AsyncSchema_Outbox_${index}`)
    await (connection.dialect.name === 'mssql' ? dropped.on('AsyncSchema.Outbox') : dropped).execute()
  }
  await insert(open(1, 1), open(1, 2), failed(1, 3), open(2, 1))
  await migrationsFor(connection.dialect, { withWebApps: false })['0008-one-open-run']?.up(connection.db)
  expect(await openRuns()).toEqual(['ExtSchema.Task.1.2', 'ExtSchema.Task.2.1'])
})
