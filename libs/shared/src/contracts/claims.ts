/** The values of `Claim.Status` this project writes or asks for. */
export const claimStatus = {
  new: 'NEW',
  pending: 'PENDING',
  requestInformation: 'REQUEST-INFORMATION',
  approved: 'APPROVED',
  autoApproved: 'AUTO-APPROVED',
  approvedAdvanceClosed: 'APPROVED-ADVANCE-CLOSED',
  rejected: 'REJECTED',
} as const

/** The values of `ClaimEvent.Event` this project writes. */
export const claimEvent = {
  submitted: 'CLAIM-SUBMITTED',
  contactDetailsUpdated: 'CONTACT-DETAILS-UPDATED',
  requestInformation: 'CLAIM-REQUEST-INFORMATION',
  autoApproved: 'CLAIM-AUTO-APPROVED',
  autoApprovalFailure: 'AUTO-APPROVAL-FAILURE',
  forcedManualCheck: 'FORCED-MANUAL-CHECK',
} as const

/** Old rows may spell a status with underscores; both mean it. */
export const sameStatus = (stored: string, status: string): boolean =>
  stored.replaceAll('_', '-').toUpperCase() === status
