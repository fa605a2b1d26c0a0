import { afterEach, expect, it } from 'vitest'
import { SystemClock } from '#shared/clock'
import { onServer } from './support/on-server.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'
import { ClosedTasks, TaskRows } from '#shared/operations'

let database: TestDatabase | undefined
afterEach(() => database?.remove())

// SQL Server's columns hold what their types say.
const onFiles = it.skipIf(onServer)

onFiles('a row whose times are none hides no other', async () => {
  database = await createTestDatabase()
  const row = { Task: 'COMPLETE-CLAIM', Reference: 'ABC1234', Status: 'FAILED' }
  await database.connection.db
    .insertInto('ExtSchema.Task')
    .values([
      { ...row, DateCreated: 'soon', DateProcessed: '' },
      { ...row, DateCreated: '2026-11-18 10:30:00' },
    ])
    .execute()
  const { connection } = database
  const clock = new SystemClock()
  const all = new TaskRows(connection, clock, new ClosedTasks(connection, clock))
  const rows = await all.find('ExtSchema', 'FAILED', {}, { count: 10, order: 'asc' })
  expect(rows.map(({ created, processed }) => [created, processed])).toEqual([
    ['no time', 'no time'],
    ['2026-11-18 10:30:00.000', null],
  ])
})
