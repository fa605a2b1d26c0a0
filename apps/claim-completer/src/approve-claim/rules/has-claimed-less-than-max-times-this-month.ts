import { dayOf, startOfMonth } from '#shared/clock'
import { claimStatus, sameStatus } from '#shared/claims'
import { type ApprovalRule, failure } from './approval-rule.js'
import { displayDay } from './text.js'

const approved = [claimStatus.approved, claimStatus.autoApproved, claimStatus.approvedAdvanceClosed]

/** This claim counts by its journey, approved ones by the day they were submitted. */
export const hasClaimedLessThanMaxTimesThisMonth: ApprovalRule = {
  name: 'has-claimed-less-than-max-times-this-month',
  check: ({ now, claim, previousClaims, settings }) => {
    if (previousClaims.length === 0) return undefined
    const from = startOfMonth(dayOf(now))
    const previous = previousClaims.filter(
      ({ Status, DateSubmitted }) =>
        DateSubmitted !== null &&
        dayOf(DateSubmitted) >= from &&
        approved.some((status) => sameStatus(Status, status)),
    ).length
    const count = previous + (startOfMonth(dayOf(claim.DateOfJourney)) === from ? 1 : 0)
    if (count <= settings.maxClaimsPerMonth) return undefined
    return failure('This claimant has claimed more than the maximum number of times this month', {
      'Claim ref': claim.Reference,
      'Month from': displayDay(from),
      'Claims in it': count,
      Maximum: settings.maxClaimsPerMonth,
    })
  },
}
