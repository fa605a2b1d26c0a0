import {
  isTaskName,
  messageOfTask,
  tasksWithoutWork,
  type OutgoingMessage,
  type TaskRef,
} from '#shared/contracts'
import type { Row } from '#shared/database'

/** A row as it could be read: what is no text, or no number, where one belongs is null. */
export type PendingTask = Pick<
  Row<'ExtSchema.Task'>,
  'TaskId' | 'Reference' | 'EligibilityId' | 'ClaimId' | 'DateCreated'
> & {
  readonly Task: string | null
}

/** Characters; what is longer is no task's name, and no reference. */
export const longestTexts = { task: 100, reference: 10 } as const

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
  const message = messageOfTask(name, row, task)
  return message ? { kind: 'publish', message } : { kind: 'fail', reason: 'task-row-incomplete' }
}
