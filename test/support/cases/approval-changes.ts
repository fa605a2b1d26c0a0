import { addDays } from '#shared/clock'
import { ofClaim, previousClaim, rowId } from '../claim-rows.js'
import { add, type Changes, type Row } from '../row-sets.js'

export const child = (n: number, columns: Row): Row => ({
  ClaimChildId: n,
  ...ofClaim(n),
  FirstName: 'Islarose',
  LastName: 'Tregothnan-junior',
  Relationship: 'child',
  IsEnabled: true,
  ...columns,
})

/** Another expense of the claim. */
export const expense = (n: number, k: number, columns: Row): Row => ({
  ClaimExpenseId: rowId.expense(n, k),
  ...ofClaim(n),
  IsEnabled: true,
  Cost: 0,
  ...columns,
})

/** The claim costs a penny more than 250, as much as was approved before but for that penny. */
export const overTheLimit = (n: number, cost = 245.51): Changes => ({
  'IntSchema.ClaimExpense': (rows) =>
    rows.map((row) => {
      if (row.ClaimExpenseId === rowId.expense(n, 1)) return { ...row, Cost: cost }
      return row.ClaimExpenseId === rowId.expense(n, 8) ? { ...row, ApprovedCost: 245.5 } : row
    }),
})

/** With the approved one, `count + 1` previous claims in one claimable year, a week apart. */
export const weekly = (n: number, count: number): Changes => ({
  'IntSchema.Claim': add(
    ...Array.from({ length: count }, (_, k) =>
      previousClaim(n, k, { DateOfJourney: `${addDays('2023-06-05', k * 7)} 00:00:00` }),
    ),
  ),
})

const inMarch = ['AUTO-APPROVED', 'APPROVED-ADVANCE-CLOSED', 'AUTO-APPROVED', 'APPROVED_ADVANCE_CLOSED']
/** So many claims submitted this month that were approved in one way or another. */
export const monthly = (n: number, count: number): Changes => ({
  'IntSchema.Claim': add(
    ...inMarch.slice(0, count).map((Status, k) =>
      previousClaim(n, k, {
        ...{ Status, DateOfJourney: `2024-02-1${k} 00:00:00` },
        DateSubmitted: `2024-03-0${k + 1} 00:00:00`,
      }),
    ),
  ),
})

/** What caseworkers are told of each rule, up to the first full stop. */
export const ruleMessages = {
  children: 'One or more children to be claimed are over 18 years old',
  overpaid: 'This claimant has been flagged as being overpaid on a previous claim',
  variance: 'Claim expense costs are outside of the accepted variance from the last manually approved claim',
  match: "The number or type of expenses for this claim don't match the last manually approved claim",
  year: 'This claimant has claimed more than the maximum number of times this year',
  month: 'This claimant has claimed more than the maximum number of times this month',
  documents: 'A prison visit confirmation and/or receipts have not been uploaded',
  total: 'The total claim value is over the maximum permitted amount',
  untrusted: 'This claimant has been marked as untrusted by a case worker',
  manual: 'The last manually evaluated claim was not approved',
  pending: 'There was a previous pending claim for this claimant',
  islands: 'The prison being visited by this claimant is located in either Guernsey or Jersey',
  past: 'The date of visit for this claim is not in the past at time of processing',
  sameDate: 'The date of visit for this claim is the same as the date of visit for a previous claim',
  release: 'Auto-Approval is disabled for prisoners with pending release dates',
  prisoner: 'A claim has already been made for this prisoner on this date',
  expired: 'The visit date is after the benefit expiry date',
  noExpiry: 'The Benefit Expiry Date has not been set',
} as const
