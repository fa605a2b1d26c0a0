import { SystemClock } from '../../shared/src/clock/clock.js'
import { taskStatus } from '../../shared/src/contracts/tasks.js'
import { checkedId, checkedObject, checkedReference } from './checks.js'
import { taskTable } from './task-table.js'

/** The external web app's Task table, or the internal one's. */
export type TaskTable = 'ExtSchema.Task' | 'IntSchema.Task'

/** Whose claim, and which. */
export interface ClaimIds {
  /** 1 to 10 characters. */
  readonly reference: string
  readonly eligibilityId: number
  readonly claimId: number
}

/** The columns of a Task row, except those the database fills. */
export interface TaskRow {
  readonly Task: string
  readonly Reference: string | null
  readonly EligibilityId: number | null
  readonly ClaimId: number | null
  readonly AdditionalData: string | null
  /** London wall clock, `YYYY-MM-DD HH:MM:SS.mmm`; SQL Server makes a `datetime2` of it as it stands. */
  readonly DateCreated: string
  readonly Status: string
  /**
   * London wall clock before which nothing is to be done; absent where it is as soon as can be. The services put in when the
   * task ended.
   */
  readonly DateProcessed?: string
}

/** Work to hand over: the row, and the table it belongs into. */
export interface Task {
  readonly table: TaskTable
  readonly row: TaskRow
}

export const taskTables: readonly TaskTable[] = ['ExtSchema.Task', 'IntSchema.Task']

export type TaskName = keyof typeof taskTable

const clock = new SystemClock()

/** A task for its table, with the columns it carries; the rest is NULL. */
export function newTask(name: TaskName, columns: Partial<TaskRow> = {}): Task {
  const row = {
    Task: name,
    Reference: null,
    EligibilityId: null,
    ClaimId: null,
    AdditionalData: null,
    DateCreated: clock.now(),
    Status: taskStatus.pending,
  }
  return { table: taskTable[name], row: { ...row, ...columns } }
}

/** A task about one claim. Each field of it is read once: what is checked is what is handed over. */
export function newClaimTask<T extends ClaimIds>(
  name: TaskName,
  claim: T,
  dataOf: (claim: T) => string | null,
): Task {
  const { reference, eligibilityId, claimId } = checkedObject('claim', claim)
  return newTask(name, {
    Reference: checkedReference(reference),
    EligibilityId: checkedId('eligibilityId', eligibilityId),
    ClaimId: checkedId('claimId', claimId),
    AdditionalData: dataOf(claim),
  })
}
