import { subjects, type Subject } from './subjects.js'

/** The tasks that have work behind them, by the name in the Task tables, and the subject each becomes. */
export const taskSubjects = {
  'COMPLETE-CLAIM': subjects.claimSubmitted,
  'DWP-CHECK': subjects.claimBenefitCheckDue,
  'REQUEST-INFORMATION-RESPONSE': subjects.claimInformationProvided,
  'ACCEPT-CLAIM-NOTIFICATION': subjects.notifyClaimAccepted,
  'REJECT-CLAIM-NOTIFICATION': subjects.notifyClaimRejected,
  'REQUEST-INFORMATION-CLAIM-NOTIFICATION': subjects.notifyInformationRequested,
  'REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION': subjects.notifyInformationReceived,
  'UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION': subjects.notifyContactDetailsUpdated,
  'SEND-CLAIM-NOTIFICATION': subjects.notifyClaimSubmitted,
  'DWP-FAILED-NOTIFICATION': subjects.notifyBenefitCheckFailed,
  'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION': subjects.notifyInformationReminder,
  'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION': subjects.notifyEvidenceReminder,
  'SEND-MALWARE-ALERT': subjects.notifyMalwareFound,
  REFERENCE_RECOVERY: subjects.notifyReferenceRecovery,
  TECHNICAL_HELP_SUBMITTED: subjects.helpRequested,
  'ARCHIVE-OLD-CLAIMS': subjects.oldClaimsArchiveDue,
  'ARCHIVE-CLAIM': subjects.claimArchiveDue,
} as const satisfies Record<string, Subject>

export type TaskName = keyof typeof taskSubjects

/** Written by the external web app. */
export const feedbackTask = 'FEEDBACK_SUBMITTED'

/** Tasks with nothing behind them: they complete as they are taken, and are counted. */
export const tasksWithoutWork: readonly string[] = [feedbackTask]

export const isTaskName = (name: string): name is TaskName => Object.hasOwn(taskSubjects, name)

const taskNames = new Map(
  (Object.entries(taskSubjects) as [TaskName, Subject][]).map(([name, subject]) => [subject, name]),
)

/** The task that becomes messages of the subject; no two do. */
export const taskOfSubject = (subject: Subject): TaskName | undefined => taskNames.get(subject)

/** Joins the texts in `Task.AdditionalData`, where there are several. */
export const dataSeparator = '~~'

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
