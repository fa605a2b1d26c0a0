/** Every subject the services publish or consume, once. Bodies carry ids; schedules a date. */
export const subjects = {
  claimSubmitted: 'claims.submitted',
  claimInformationProvided: 'claims.information-provided',
  claimApprovalDue: 'claims.approval-due',
  claimBenefitCheckDue: 'claims.benefit-check-due',
  claimArchiveDue: 'claims.archive-due',
  oldClaimsArchiveDue: 'claims.old-archive-due',
  notifyClaimSubmitted: 'notifications.claim-submitted',
  notifyBenefitCheckFailed: 'notifications.benefit-check-failed',
  notifyClaimAccepted: 'notifications.claim-accepted',
  notifyClaimRejected: 'notifications.claim-rejected',
  notifyInformationRequested: 'notifications.information-requested',
  notifyInformationReceived: 'notifications.information-received',
  notifyInformationReminder: 'notifications.information-reminder',
  notifyEvidenceReminder: 'notifications.evidence-reminder',
  notifyContactDetailsUpdated: 'notifications.contact-details-updated',
  notifyMalwareFound: 'notifications.malware-found',
  notifyReferenceRecovery: 'notifications.reference-recovery',
  helpRequested: 'support.help-requested',
  scheduleDaily: 'schedule.daily',
  schedulePaymentRun: 'schedule.payment-run',
  scheduleAutoApproval: 'schedule.auto-approval',
  /** A job was not fired and is too late to catch up: for people. */
  jobMissed: 'alerts.job-missed',
  /** All of them, whoever gave up: see `deadLetterSubject`. */
  deadLetters: 'dead-letters.>',
  /** The server's own word that a message was delivered as often as it may be, and never answered. */
  deliveriesExhausted: '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>',
} as const

export type Subject = (typeof subjects)[keyof typeof subjects]

const allSubjects: ReadonlySet<string> = new Set(Object.values(subjects))

export const isSubject = (name: string): name is Subject => allSubjects.has(name)

/** Where a message goes when its consumer gives up on it. */
export const deadLetterSubject = (consumer: string): string => `dead-letters.${consumer}`

/** Says that a Task row was committed, so that no relay waits for its next look. No stream keeps it: it may get lost. */
export const tasksWaitingSubject = 'tasks.waiting'
