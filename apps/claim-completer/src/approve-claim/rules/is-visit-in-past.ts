import { normalise } from '#shared/clock'
import { type ApprovalRule, failure } from './approval-rule.js'
import { displayDay } from './text.js'

export const isVisitInPast: ApprovalRule = {
  name: 'is-visit-in-past',
  check: ({ now, claim }) => {
    if (normalise(claim.DateOfJourney) < normalise(now)) return undefined
    return failure('The date of visit for this claim is not in the past at time of processing', {
      'Claim ref': claim.Reference,
      'Date of journey': displayDay(claim.DateOfJourney),
      Processed: displayDay(now),
    })
  },
}
