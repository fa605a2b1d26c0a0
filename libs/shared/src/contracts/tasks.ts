import { subjects, type Subject } from './subjects.js'

/** The tasks that have work behind them, by the name in the Task tables, and the subject each becomes. */
export const taskSubjects = {
  'COMPLETE-CLAIM': subjects.claimSubmitted,
  'DWP-CHECK': subjects.claimBenefitCheckDue,
  'SEND-CLAIM-NOTIFICATION': subjects.notifyClaimSubmitted,
  'DWP-FAILED-NOTIFICATION': subjects.notifyBenefitCheckFailed,
  'ACCEPT-CLAIM-NOTIFICATION': subjects.notifyClaimAccepted,
} as const satisfies Record<string, Subject>

export type TaskName = keyof typeof taskSubjects

/** Tasks with nothing behind them: they complete as they are taken, and are counted. */
export const tasksWithoutWork: readonly string[] = ['FEEDBACK_SUBMITTED']

export const isTaskName = (name: string): name is TaskName => Object.hasOwn(taskSubjects, name)

/** The lifecycle people read in `Task.Status`; any other value belongs to somebody else and is left alone. */
export const taskStatus = {
  pending: 'PENDING',
  inProgress: 'IN-PROGRESS',
  complete: 'COMPLETE',
  failed: 'FAILED',
} as const
