import { isRowOf, type TaskIdentity, type TaskRef } from '../contracts/index.js'
import { type DatabaseConnection, question, type Known, type Question, type Row } from '../database/index.js'
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
  return task ? question(rowQuery(db, task), (rows) => rowOf(task, rows).AdditionalData) : { known: null }
}

/** What a message's Task row carries: whose claim it is about, if it is about one, its data, and when it was written. */
export type TaskCarries = Pick<
  TaskRow,
  'Reference' | 'EligibilityId' | 'ClaimId' | 'AdditionalData' | 'DateCreated'
>

/** A message's Task row as a question. */
export const taskRowOf = ({ db }: DatabaseConnection, task: TaskRef): Question<TaskCarries> =>
  question(rowQuery(db, task), (rows) => rowOf(task, rows))

type TaskRow = Row<'IntSchema.Task'>
type Found = TaskIdentity & Pick<TaskRow, 'AdditionalData'>

const rowQuery = (db: DatabaseConnection['db'], task: TaskRef) =>
  db
    .selectFrom(`${task.schema}.Task`)
    .select(['Task', 'Reference', 'EligibilityId', 'ClaimId', 'DateCreated', 'AdditionalData'])
    .where('TaskId', '=', task.taskId)

function rowOf(task: TaskRef, [row]: readonly Found[]): Found {
  if (!row || !isRowOf(task, row)) throw new TaskRowChanged()
  return row
}
