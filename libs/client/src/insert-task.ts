import { taskStatus } from '../../shared/src/contracts/tasks.js'
import { checkedId, checkedObject, checkedReference, optionalText } from './checks.js'
import { InvalidTaskError } from './invalid-task-error.js'
import { taskTable } from './task-table.js'
import { taskTables, type Task, type TaskRow, type TaskTable } from './task.js'

/**
 * Inserts a task through a query function of the caller's, which belongs to the transaction of the change the task
 * is about: they are committed together or not at all.
 * @param insert for example `(table, row) => trx(table).insert(row)` with a knex transaction; it gives back the query,
 *   or a promise of it: what it only begins is not waited for
 * @returns what `insert` gives; whatever it throws is thrown
 * @throws InvalidTaskError for what is no task, before `insert` is called
 */
export async function insertTask<T>(
  task: Task,
  insert: (table: TaskTable, row: TaskRow) => T,
): Promise<Awaited<T>> {
  const { table, row } = checkedObject('task', task)
  if (!taskTables.includes(table))
    throw new InvalidTaskError('table', `must be one of ${taskTables.join(', ')}`)
  checkRow(row)
  if (typeof insert !== 'function') throw new InvalidTaskError('insert', 'must be a function')
  return await insert(table, row)
}

/** A table's name in the embedded database of development, which has no schemas: `ExtSchema_Task`. */
export function flatTable(table: string): string {
  if (typeof table !== 'string') throw new InvalidTaskError('table', 'must be a text')
  return table.replace('.', '_')
}

/** Whoever makes a row by hand, or changes one, is told what the relay would make of it: nothing, or a failure. */
function checkRow(row: TaskRow): void {
  const { Task, Reference, EligibilityId, ClaimId, AdditionalData, DateCreated, Status } = checkedObject(
    'row',
    row,
  )
  if (typeof Task !== 'string' || !Object.hasOwn(taskTable, Task))
    throw new InvalidTaskError('Task', 'must be the name of a task')
  if (Status !== taskStatus.pending) throw new InvalidTaskError('Status', `must be ${taskStatus.pending}`)
  // A database driver takes a date too.
  if (!DateCreated) throw new InvalidTaskError('DateCreated', 'must be a time')
  if (isThere(Reference)) checkedReference(Reference, 'Reference')
  if (isThere(EligibilityId)) checkedId('EligibilityId', EligibilityId)
  if (isThere(ClaimId)) checkedId('ClaimId', ClaimId)
  optionalText('AdditionalData', AdditionalData)
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null
