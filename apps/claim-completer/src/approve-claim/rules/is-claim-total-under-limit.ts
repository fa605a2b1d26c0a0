import { pence } from '#shared/database'
import { type ApprovalRule, failure } from './approval-rule.js'
import { displayMoney } from './text.js'

/** A total of exactly the limit passes. */
export const isClaimTotalUnderLimit: ApprovalRule = {
  name: 'is-claim-total-under-limit',
  check: ({ claim, expenses, settings }) => {
    const total = expenses.reduce((sum, expense) => sum + pence(expense.Cost), 0)
    if (total <= settings.maxClaimTotal) return undefined
    return failure('The total claim value is over the maximum permitted amount', {
      'Claim ref': claim.Reference,
      Total: displayMoney(total),
      Maximum: displayMoney(settings.maxClaimTotal),
    })
  },
}
