import { createHash } from 'node:crypto'
import { normalise } from '#shared/clock'
import type { DatabaseConnection } from '#shared/database'
import { onServer } from './on-server.js'
import type { Row } from './row-sets.js'
import type { Rows } from './rows.js'

type TaskSchema = 'ExtSchema' | 'IntSchema'

/** A time as the database gives it back: the embedded one as it was written, SQL Server with its milliseconds. */
const asRead: (time: string) => string = onServer ? normalise : (time) => time

/** The id of a Task row's message: the row's number, its run, and what makes it this row (ADR 28). */
export function messageIdOf(schema: TaskSchema, row: Readonly<Row>, run = 1): string {
  const columns = ['Task', 'Reference', 'EligibilityId', 'ClaimId'].map((name) => row[name] ?? null)
  const identity = JSON.stringify([...columns, asRead(String(row.DateCreated))])
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 16)
  return `${schema}.Task.${String(row.TaskId)}.${run}.${key}`
}

/** The same of the row that has a number now. */
export async function messageIdNow(
  { db }: DatabaseConnection,
  schema: TaskSchema,
  taskId: number,
  run = 1,
): Promise<string> {
  const row = await db
    .selectFrom(`${schema}.Task`)
    .selectAll()
    .where('TaskId', '=', taskId)
    .executeTakeFirstOrThrow()
  return messageIdOf(schema, row, run)
}

/** The same of a row among those that were given. */
export function messageIdIn(rows: Rows, schema: TaskSchema, taskId: number, run = 1): string {
  const row = rows[`${schema}.Task`]?.find(({ TaskId }) => TaskId === taskId)
  if (!row) throw new Error(`there is no task ${taskId} among the rows`)
  return messageIdOf(schema, row, run)
}
