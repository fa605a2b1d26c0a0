import type { TaskRef } from '../contracts/index.js'
import type { DatabaseConnection } from './connection.js'

/** `AdditionalData` of a message's Task row; null if it has none, or was published without a Task row. */
export async function taskData(
  { db }: DatabaseConnection,
  task: TaskRef | undefined,
): Promise<string | null> {
  if (!task) return null
  const row = await db
    .selectFrom(`${task.schema}.Task`)
    .select('AdditionalData')
    .where('TaskId', '=', task.taskId)
    .executeTakeFirst()
  return row?.AdditionalData ?? null
}
