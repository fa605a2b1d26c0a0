/** Every subject the services publish or consume, once. Claims and notifications carry ids; schedules a date. */
export const subjects = {
  claimSubmitted: 'claims.submitted',
  claimApprovalDue: 'claims.approval-due',
  claimBenefitCheckDue: 'claims.benefit-check-due',
  notifyClaimSubmitted: 'notifications.claim-submitted',
  notifyBenefitCheckFailed: 'notifications.benefit-check-failed',
  notifyClaimAccepted: 'notifications.claim-accepted',
  scheduleDaily: 'schedule.daily',
  schedulePaymentRun: 'schedule.payment-run',
  scheduleAutoApproval: 'schedule.auto-approval',
  /** The server's own word that a message was delivered as often as it may be, and never answered. */
  deliveriesExhausted: '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>',
} as const

export type Subject = (typeof subjects)[keyof typeof subjects]

/** Where a message goes when its consumer gives up on it. */
export const deadLetterSubject = (consumer: string): string => `dead-letters.${consumer}`
