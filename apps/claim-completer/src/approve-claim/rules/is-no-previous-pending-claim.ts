import { claimStatus, sameStatus } from '#shared/claims'
import { type ApprovalRule, failure } from './approval-rule.js'

export const isNoPreviousPendingClaim: ApprovalRule = {
  name: 'is-no-previous-pending-claim',
  check: ({ claim, previousClaims }) => {
    const pending = previousClaims.filter((previous) => sameStatus(previous.Status, claimStatus.pending))
    if (pending.length === 0) return undefined
    return failure('There was a previous pending claim for this claimant', {
      'Claim ref': claim.Reference,
      'Pending claim ids': pending.map((previous) => previous.ClaimId).join(' '),
    })
  },
}
