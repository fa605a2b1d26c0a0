import { type ApprovalRule, failure } from './approval-rule.js'

export const claimantHasNotBeenOverpaid: ApprovalRule = {
  name: 'claimant-has-not-been-overpaid',
  check: ({ claim, previousClaims }) => {
    const overpaid = previousClaims.filter((previous) => previous.IsOverpaid === true)
    if (overpaid.length === 0) return undefined
    return failure('This claimant has been flagged as being overpaid on a previous claim', {
      'Claim ref': claim.Reference,
      'Overpaid claim ids': overpaid.map((previous) => previous.ClaimId).join(' '),
    })
  },
}
