import { addYears, dayOf } from '#shared/clock'
import { type ApprovalRule, failure } from './approval-rule.js'

/** A child is 18 from the day of the birthday on; one born on 29 February from 1 March in a common year. */
export const areChildrenUnder18: ApprovalRule = {
  name: 'are-children-under-18',
  check: ({ now, claim, children }) => {
    const adults = children.filter((child) => addYears(dayOf(child.DateOfBirth), 18) <= dayOf(now))
    if (adults.length === 0) return undefined
    return failure('One or more children to be claimed are over 18 years old', {
      'Claim ref': claim.Reference,
      'Claim child ids': adults.map((child) => child.ClaimChildId).join(' '),
    })
  },
}
