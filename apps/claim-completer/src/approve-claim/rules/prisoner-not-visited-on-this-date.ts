import { type ApprovalRule, failure } from './approval-rule.js'
import { displayDay } from './text.js'

export const prisonerNotVisitedOnThisDate: ApprovalRule = {
  name: 'prisoner-not-visited-on-this-date',
  check: ({ claim, eligibilitiesOnThisDate }) => {
    if (eligibilitiesOnThisDate <= 1) return undefined
    return failure('A claim has already been made for this prisoner on this date', {
      'Claim ref': claim.Reference,
      'Date of journey': displayDay(claim.DateOfJourney),
      'Eligibilities with a claim': eligibilitiesOnThisDate,
    })
  },
}
