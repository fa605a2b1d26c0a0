import { isRowOf, type TaskRef } from '../contracts/index.js'
import type { DatabaseConnection } from './connection.js'
import { OwnError } from '../logging/index.js'

/** Another row than a message's has its number, or none has it. What that means the next delivery finds out. */
export class TaskRowChanged extends OwnError {
  override readonly name = 'TaskRowChanged'
}

/**
 * `AdditionalData` of a message's Task row; null if it has none, or was published without a Task row.
 * @throws TaskRowChanged where the row is not the message's: its data is about somebody else
 */
export async function taskData(
  { db }: DatabaseConnection,
  task: TaskRef | undefined,
): Promise<string | null> {
  if (!task) return null
  const row = await db
    .selectFrom(`${task.schema}.Task`)
    .select(['Task', 'Reference', 'EligibilityId', 'ClaimId', 'DateCreated', 'AdditionalData'])
    .where('TaskId', '=', task.taskId)
    .executeTakeFirst()
  if (!row || !isRowOf(task, row)) throw new TaskRowChanged()
  return row.AdditionalData
}
