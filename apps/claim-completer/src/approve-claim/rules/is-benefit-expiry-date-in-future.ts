import { dayOf } from '#shared/clock'
import { type ApprovalRule, failure } from './approval-rule.js'
import { displayDay } from './text.js'

/** A visit on the day of expiry passes. */
export const isBenefitExpiryDateInFuture: ApprovalRule = {
  name: 'is-benefit-expiry-date-in-future',
  check: ({ claim, visitor: { BenefitExpiryDate: expiry } }) => {
    if (expiry === null)
      return failure('The Benefit Expiry Date has not been set', { 'Claim ref': claim.Reference })
    if (dayOf(expiry) >= dayOf(claim.DateOfJourney)) return undefined
    return failure('The visit date is after the benefit expiry date', {
      'Claim ref': claim.Reference,
      'Benefit expiry date': displayDay(expiry),
      'Date of journey': displayDay(claim.DateOfJourney),
    })
  },
}
