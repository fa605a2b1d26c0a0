/** Written by the external web app. */
export const feedbackTask = 'FEEDBACK_SUBMITTED'

/** Tasks with nothing behind them: they complete as they are taken, and are counted. */
export const tasksWithoutWork: readonly string[] = [feedbackTask]

/** Joins the texts in `Task.AdditionalData`, where there are several. */
export const dataSeparator = '~~'

/** The visitor of the claim that a `SEND-NOTIFICATION` row is about, as its recipient. */
export const toVisitor = 'visitor'

/** So many days ahead a task may be held back at the most: whoever asks for more has made a mistake. */
export const longestWaitDays = 366

/** Which reminder of an advance claim's evidence it is: the second part of the task's data, after the address. */
export const evidenceReminder = { first: 'firstReminder', second: 'secondReminder' } as const
export type EvidenceReminder = (typeof evidenceReminder)[keyof typeof evidenceReminder]

/** The lifecycle people read in `Task.Status`; any other value belongs to somebody else and is left alone. */
export const taskStatus = {
  pending: 'PENDING',
  inProgress: 'IN-PROGRESS',
  complete: 'COMPLETE',
  failed: 'FAILED',
} as const
