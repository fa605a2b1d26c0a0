import { type ApprovalRule, failure } from './approval-rule.js'

/** A prison that is not on the list is in no region, and passes. */
export const isPrisonNotInGuernseyJersey: ApprovalRule = {
  name: 'is-prison-not-in-guernsey-jersey',
  check: ({ claim, regionOfPrison: region }) => {
    if (region !== 'GSY' && region !== 'JSY') return undefined
    return failure('The prison being visited by this claimant is located in either Guernsey or Jersey', {
      'Claim ref': claim.Reference,
      Region: region,
    })
  },
}
