import { type ApprovalRule, failure } from './approval-rule.js'
import { sumByType } from './expense-types.js'

export const doExpensesMatchFirstTimeClaim: ApprovalRule = {
  name: 'do-expenses-match-first-time-claim',
  check: ({ claim, expenses, latestManuallyApprovedExpenses }) => {
    if (latestManuallyApprovedExpenses === undefined) return undefined
    const approved = sumByType(latestManuallyApprovedExpenses, () => 1)
    const unmatched = [...sumByType(expenses, () => 1)]
      .map(([type, count]) => ({ count, approved: approved.get(type) ?? 0 }))
      .find((of) => of.count > of.approved)
    if (unmatched === undefined) return undefined
    return failure(
      "The number or type of expenses for this claim don't match the last manually approved claim",
      {
        'Claim ref': claim.Reference,
        'Expenses of a type': unmatched.count,
        'Expenses of the type on the approved claim': unmatched.approved,
      },
    )
  },
}
