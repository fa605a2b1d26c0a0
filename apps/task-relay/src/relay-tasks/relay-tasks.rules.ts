import { addDays, dayOf, isTime, normalise, type LocalTime } from '#shared/clock'
import {
  isTaskName,
  longestWaitDays,
  messageOfTask,
  taskKey,
  taskNameOf,
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
  /** Of a row that waits: before it there is nothing to be done. */
  readonly DateProcessed: string | null
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
  | {
      readonly kind: 'fail'
      readonly reason: 'unknown-task' | 'task-row-incomplete' | 'not-before-too-far'
    }

/** Domain: `tasks.md`, "The Task tables". */
export function decideRelay(row: PendingTask, task: TaskRef, now: LocalTime): RelayDecision {
  const name = taskNameOf(row.Task)
  if (tasksWithoutWork.includes(name)) return { kind: 'complete' }
  if (!isTaskName(name)) return { kind: 'fail', reason: 'unknown-task' }
  if (row.DateCreated === null) return { kind: 'fail', reason: 'task-row-incomplete' }
  const message = messageOfTask(name, row, task)
  if (!message) return { kind: 'fail', reason: 'task-row-incomplete' }
  const notBefore = notBeforeOf(row, task)
  if (notBefore === undefined) return { kind: 'publish', message }
  if (notBefore > furthest(now)) return { kind: 'fail', reason: 'not-before-too-far' }
  return { kind: 'publish', message: { ...message, notBefore } }
}

/** A day more than who inserts a row may ask for: their clock, and the date on which London's change, may be others. */
const furthest = (now: LocalTime): LocalTime => `${addDays(dayOf(now), longestWaitDays + 1)} ${now.slice(11)}`

/** A row that runs again has the time when it ended there: that holds nothing back. */
const notBeforeOf = ({ DateProcessed }: PendingTask, { run }: TaskRef): LocalTime | undefined =>
  run === 1 && isTime(DateProcessed) ? normalise(DateProcessed) : undefined
