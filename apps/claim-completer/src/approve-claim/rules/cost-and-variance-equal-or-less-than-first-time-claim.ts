import { pence } from '#shared/database'
import { type ApprovalRule, failure } from './approval-rule.js'
import { sumByType } from './expense-types.js'
import { displayMoney } from './text.js'

export const costAndVarianceEqualOrLessThanFirstTimeClaim: ApprovalRule = {
  name: 'cost-and-variance-equal-or-less-than-first-time-claim',
  check: ({ claim, expenses, latestManuallyApprovedExpenses, settings }) => {
    if (latestManuallyApprovedExpenses === undefined) return undefined
    const approved = sumByType(latestManuallyApprovedExpenses, ({ ApprovedCost }) => pence(ApprovedCost ?? 0))
    const outside = [...sumByType(expenses, ({ Cost }) => pence(Cost))]
      .map(([type, cost]) => ({ cost, approved: approved.get(type) ?? 0 }))
      .find((total) => isOutside(total, settings.costVariancePercentage))
    if (outside === undefined) return undefined
    return failure(
      'Claim expense costs are outside of the accepted variance from the last manually approved claim',
      {
        'Claim ref': claim.Reference,
        'Cost of an expense type': displayMoney(outside.cost),
        'Approved for the type': displayMoney(outside.approved),
        'Variance accepted': `${settings.costVariancePercentage}%`,
      },
    )
  },
}

/** Whole numbers only: pence, and hundredths of a per cent, of which a whole has ten thousand. */
function isOutside(total: { readonly cost: number; readonly approved: number }, percentage: number): boolean {
  const hundredthsOfPercent = Math.round(percentage * 100)
  return Math.abs(total.cost - total.approved) * 10_000 > total.approved * hundredthsOfPercent
}
