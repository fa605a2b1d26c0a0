/** The values of `Claim.Status` this project writes or asks for. */
export const claimStatus = {
  new: 'NEW',
  pending: 'PENDING',
  requestInformation: 'REQUEST-INFORMATION',
  requestInfoPayment: 'REQUEST-INFO-PAYMENT',
  updated: 'UPDATED',
  approved: 'APPROVED',
  autoApproved: 'AUTO-APPROVED',
  approvedAdvanceClosed: 'APPROVED-ADVANCE-CLOSED',
  rejected: 'REJECTED',
} as const

/**
 * The statuses in which nobody has decided on a claim yet. Any other one is a decision: the caseworkers' web app has more
 * of them than this project knows, and only a person takes one back.
 */
export const undecidedStatuses: readonly string[] = [
  claimStatus.new,
  claimStatus.pending,
  claimStatus.requestInformation,
  claimStatus.requestInfoPayment,
  claimStatus.updated,
  'SUBMITTED',
  'IN-PROGRESS',
]

/** The values of `ClaimEvent.Event` this project writes. */
export const claimEvent = {
  submitted: 'CLAIM-SUBMITTED',
  contactDetailsUpdated: 'CONTACT-DETAILS-UPDATED',
  requestInformation: 'CLAIM-REQUEST-INFORMATION',
  updated: 'CLAIM-UPDATED',
  rejected: 'CLAIM-REJECTED',
  replacedDocument: 'REPLACED-PREVIOUS-DOCUMENT',
  bankDetailsUpdated: 'BANK-DETAILS-UPDATED',
  message: 'MESSAGE',
  autoApproved: 'CLAIM-AUTO-APPROVED',
  autoApprovalFailure: 'AUTO-APPROVAL-FAILURE',
  forcedManualCheck: 'FORCED-MANUAL-CHECK',
  notificationFailed: 'CLAIM-NOTIFICATION-FAILED',
} as const

/** What the caseworkers' web app writes down when it asks for new bank details; it used to spell it otherwise. */
export const bankDetailsRequests: readonly string[] = ['REQUEST-NEW-BANK-DETAILS', 'Request new bank details']

/** The values of `ClaimExpense.Status` of an expense that a caseworker or a rule has approved. */
export const expenseStatus = {
  approved: 'APPROVED',
  approvedDifferentAmount: 'APPROVED-DIFF-AMOUNT',
  /** Approved, and paid already in another way. */
  manuallyProcessed: 'MANUALLY-PROCESSED',
} as const

/** The values of `PaymentStatus`: of a claim null or processed, of a top-up one of both. */
export const paymentStatus = { pending: 'PENDING', processed: 'PROCESSED' } as const

/** The value of `Claim.PaymentMethod` of a claim that is paid by the payment run. */
export const paidToBank = 'bank'

/** The statuses in which a claim waits for its claimant. */
export const waitingStatuses = [
  claimStatus.pending,
  claimStatus.requestInformation,
  claimStatus.requestInfoPayment,
] as const

/** A status in every spelling: old rows may have underscores, and both mean it. For the database to look for. */
export const spellings = (statuses: readonly string[]): string[] => [
  ...new Set(statuses.flatMap((status) => [status, status.replaceAll('-', '_')])),
]

/** What `Caseworker` says of what no caseworker did. */
export const systemCaseworker = 'System Message'

/** Old rows may spell a status with underscores; both mean it. */
export const sameStatus = (stored: string, status: string): boolean =>
  stored.replaceAll('_', '-').toUpperCase() === status

/** Whether a claim of this status waits for a decision, or for what a decision needs. */
export const isUndecided = (status: string): boolean =>
  undecidedStatuses.some((open) => sameStatus(status, open))
