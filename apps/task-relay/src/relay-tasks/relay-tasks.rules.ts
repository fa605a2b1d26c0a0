import {
  isTaskName,
  messageOfTask,
  taskKey,
  tasksWithoutWork,
  type OutgoingMessage,
  type TaskRef,
} from '#shared/contracts'
import type { Row } from '#shared/database'

/** A row as it could be read: what is no text, or no number, where one belongs is null. */
export type PendingTask = Pick<
  Row<'ExtSchema.Task'>,
  'TaskId' | 'Reference' | 'EligibilityId' | 'ClaimId'
> & {
  readonly Task: string | null
  readonly DateCreated: string | null
}

/** Characters; what is longer is no task's name, no reference, and no time. */
export const longestTexts = { task: 100, reference: 10, time: 30 } as const

/** Tells the row from another one that has its number. */
export const keyOf = ({ Task, DateCreated, ...ids }: PendingTask): string =>
  taskKey({ ...ids, Task: Task ?? '', DateCreated: DateCreated ?? '' })

/** What is to become of a pending Task row. */
export type RelayDecision =
  | { readonly kind: 'publish'; readonly message: OutgoingMessage }
  | { readonly kind: 'complete' }
  | { readonly kind: 'fail'; readonly reason: 'unknown-task' | 'task-row-incomplete' }

/** Domain: `tasks.md`, "The Task tables". */
export function decideRelay(row: PendingTask, task: TaskRef): RelayDecision {
  const name = (row.Task ?? '').trim().toUpperCase()
  if (tasksWithoutWork.includes(name)) return { kind: 'complete' }
  if (!isTaskName(name)) return { kind: 'fail', reason: 'unknown-task' }
  if (row.DateCreated === null) return { kind: 'fail', reason: 'task-row-incomplete' }
  const message = messageOfTask(name, row, task)
  return message ? { kind: 'publish', message } : { kind: 'fail', reason: 'task-row-incomplete' }
}
