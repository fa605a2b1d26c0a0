import { dayOf } from '#shared/clock'
import { type ApprovalRule, failure } from './approval-rule.js'
import { displayDay } from './text.js'

/** Days compare, not times of day. */
export const visitDateDifferentToPreviousClaims: ApprovalRule = {
  name: 'visit-date-different-to-previous-claims',
  check: ({ claim, previousClaims }) => {
    const day = dayOf(claim.DateOfJourney)
    const sameDay = previousClaims.filter((previous) => dayOf(previous.DateOfJourney) === day)
    if (sameDay.length === 0) return undefined
    return failure('The date of visit for this claim is the same as the date of visit for a previous claim', {
      'Claim ref': claim.Reference,
      'Date of journey': displayDay(day),
      'Claim ids of the same date': sameDay.map((previous) => previous.ClaimId).join(' '),
    })
  },
}
