import { afterEach, beforeEach, expect, it } from 'vitest'
import { cancelTask } from '#shared/operations'
import { insertRows } from './support/rows.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

const task = { schema: 'IntSchema', taskId: 7 } as const
const [created, now] = ['2026-11-21 11:00:00.000', '2026-11-21 12:00:00.000']

let database: TestDatabase
beforeEach(async () => (database = await createTestDatabase()))
afterEach(() => database.remove())

async function waiting(Status: string): Promise<void> {
  const { connection } = database
  await insertRows(connection, {
    'IntSchema.Task': [
      { TaskId: task.taskId, Task: 'ARCHIVE-CLAIM', Reference: 'ABC1234', Status, DateCreated: created },
    ],
  })
  await connection.db
    .insertInto('AsyncSchema.Outbox')
    .values({
      ...{ MessageId: 'IntSchema.Task.7', Subject: 'claims.archive-due', Body: '{}', State: 'WAITING' },
      ...{ TaskSchema: 'IntSchema', TaskId: task.taskId, Run: 1, Attempts: 0 },
      ...{ DateCreated: created, DateLastHeard: created },
    })
    .execute()
}

it.each([
  ['the relay has taken', 'IN-PROGRESS'],
  ['the relay has not come upon: a page of large work has just written it', 'PENDING'],
])('a task that waits and that %s is called off, and its row is at its end', async (_, Status) => {
  await waiting(Status)
  await cancelTask(database.connection, task, { now, dryRun: false })
  const { db } = database.connection
  const rows = await db.selectFrom('IntSchema.Task').select(['Status', 'DateProcessed']).execute()
  expect(rows).toEqual([{ Status: 'COMPLETE', DateProcessed: now }])
  const runs = await db.selectFrom('AsyncSchema.Outbox').select(['State', 'DateEnded']).execute()
  expect(runs).toEqual([{ State: 'CANCELLED', DateEnded: now }])
})
