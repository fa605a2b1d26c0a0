import { SystemClock } from '../../shared/src/clock/clock.js'
import { toLondon } from '../../shared/src/clock/london-time.js'
import { longestWaitDays, taskStatus } from '../../shared/src/contracts/tasks.js'
import { checkedId, checkedObject, checkedReference, optionalText } from './checks.js'
import { InvalidTaskError } from './invalid-task-error.js'
import { taskTable } from './task-table.js'
import { taskTables, type Task, type TaskRow, type TaskTable } from './task.js'

/** How a task is handed over. */
export interface HandOver {
  /**
   * Nothing is done before it, and soon after it. At most 366 days ahead; one that has passed is as good as none. In the hour
   * that London's clocks show twice, it may be the second time that counts.
   */
  readonly notBefore?: Date | undefined
}

const clock = new SystemClock()
/** The services take a day more, for clocks that differ, and no more than that. */
const longestWaitMs = longestWaitDays * 86_400_000

/**
 * Inserts a task through a query function of the caller's, which belongs to the transaction of the change the task
 * is about: they are committed together or not at all.
 * @param insert for example `(table, row) => trx(table).insert(row)` with a knex transaction; it gives back the query,
 *   or a promise of it: what it only begins is not waited for
 * @param handOver when it is to be done, if not at once
 * @returns what `insert` gives; whatever it throws is thrown
 * @throws InvalidTaskError for what is no task, before `insert` is called
 */
export async function insertTask<T>(
  task: Task,
  insert: (table: TaskTable, row: TaskRow) => T,
  handOver: HandOver = {},
): Promise<Awaited<T>> {
  const { table, row } = checkedObject('task', task)
  if (!taskTables.includes(table))
    throw new InvalidTaskError('table', `must be one of ${taskTables.join(', ')}`)
  checkRow(row)
  if (typeof insert !== 'function') throw new InvalidTaskError('insert', 'must be a function')
  const notBefore = checkedMoment(checkedObject('options', handOver).notBefore)
  return await insert(table, notBefore === undefined ? row : { ...row, DateProcessed: notBefore })
}

/**
 * The same for several, one after the other, in the same transaction: all of them are committed, or none.
 * @returns what `insert` gives of each
 * @throws InvalidTaskError for what is no task: then some may have been inserted, and the caller rolls them back
 */
export async function insertTasks<T>(
  tasks: readonly Task[],
  insert: (table: TaskTable, row: TaskRow) => T,
  handOver: HandOver = {},
): Promise<Awaited<T>[]> {
  if (!Array.isArray(tasks)) throw new InvalidTaskError('tasks', 'must be a list')
  const inserted: Awaited<T>[] = []
  for (const task of tasks as readonly Task[]) inserted.push(await insertTask(task, insert, handOver))
  return inserted
}

/** A table's name in the embedded database of development, which has no schemas: `ExtSchema_Task`. */
export function flatTable(table: string): string {
  if (typeof table !== 'string') throw new InvalidTaskError('table', 'must be a text')
  return table.replace('.', '_')
}

/** Whoever makes a row by hand, or changes one, is told what the relay would make of it: nothing, or a failure. */
function checkRow(row: TaskRow): void {
  const { Task, Reference, EligibilityId, ClaimId, AdditionalData, ...other } = checkedObject('row', row)
  const { DateCreated, DateProcessed, Status } = other
  if (typeof Task !== 'string' || !Object.hasOwn(taskTable, Task))
    throw new InvalidTaskError('Task', 'must be the name of a task')
  if (Status !== taskStatus.pending) throw new InvalidTaskError('Status', `must be ${taskStatus.pending}`)
  // A database driver takes a date too.
  if (!DateCreated) throw new InvalidTaskError('DateCreated', 'must be a time')
  if (isThere(DateProcessed))
    throw new InvalidTaskError('DateProcessed', 'must be left out: notBefore says it')
  if (isThere(Reference)) checkedReference(Reference, 'Reference')
  if (isThere(EligibilityId)) checkedId('EligibilityId', EligibilityId)
  if (isThere(ClaimId)) checkedId('ClaimId', ClaimId)
  optionalText('AdditionalData', AdditionalData)
}

/** As the column holds it; undefined where it holds nothing back. */
function checkedMoment(value: unknown): string | undefined {
  if (!isThere(value)) return undefined
  if (!(value instanceof Date) || Number.isNaN(value.getTime()))
    throw new InvalidTaskError('notBefore', 'must be a Date')
  const aheadMs = value.getTime() - clock.instant().getTime()
  if (aheadMs > longestWaitMs)
    throw new InvalidTaskError('notBefore', `must be ${longestWaitDays} days ahead at the most`)
  return aheadMs > 0 ? toLondon(value) : undefined
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null
