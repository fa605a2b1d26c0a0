import { claimStatus, sameStatus } from '#shared/claims'
import { latestManualClaim } from '../approval-case.js'
import { type ApprovalRule, failure } from './approval-rule.js'

export const isLatestManualClaimApproved: ApprovalRule = {
  name: 'is-latest-manual-claim-approved',
  check: ({ claim, previousClaims }) => {
    const latest = latestManualClaim(previousClaims)
    if (latest !== undefined && sameStatus(latest.Status, claimStatus.approved)) return undefined
    return failure('The last manually evaluated claim was not approved', {
      'Claim ref': claim.Reference,
      'Last manually evaluated claim id': latest?.ClaimId ?? 'none',
    })
  },
}
