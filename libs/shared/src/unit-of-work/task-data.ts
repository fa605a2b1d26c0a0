import { isRowOf, type TaskRef } from '../contracts/index.js'
import { type DatabaseConnection, question, type Known, type Question } from '../database/index.js'
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
  connection: DatabaseConnection,
  task: TaskRef | undefined,
): Promise<string | null> {
  const [data] = await connection.ask(taskDataOf(connection, task))
  return data
}

/** The same as a question. */
export function taskDataOf(
  { db }: DatabaseConnection,
  task: TaskRef | undefined,
): Question<string | null> | Known<null> {
  if (!task) return { known: null }
  const query = db
    .selectFrom(`${task.schema}.Task`)
    .select(['Task', 'Reference', 'EligibilityId', 'ClaimId', 'DateCreated', 'AdditionalData'])
    .where('TaskId', '=', task.taskId)
  return question(query, ([row]) => {
    if (!row || !isRowOf(task, row)) throw new TaskRowChanged()
    return row.AdditionalData
  })
}
