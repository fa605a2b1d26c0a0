import { addDays } from '#shared/clock'
import type { ClaimCase } from '../claim-cases.js'
import { failedRules } from '../claim-ends.js'
import {
  checkableClaim,
  claimIds,
  earlierClaimId,
  ofClaim,
  people,
  previousClaim,
  rowId,
  settledClaimant,
} from '../claim-rows.js'
import { add, edit, merge, remove, set, type Changes, type Row } from '../row-sets.js'

/** A claim that fails this rule and no other, and what caseworkers are told. */
export interface RuleCase extends ClaimCase {
  readonly rule: string
}

export const child = (n: number, columns: Row): Row => ({
  ClaimChildId: n,
  ...ofClaim(n),
  FirstName: 'Isla',
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

function fails(n: number, rule: string, how: string, changes: Changes, message: string): RuleCase {
  const given = edit(checkableClaim(n), changes)
  return { rule, about: `${rule}: ${how}`, given, expected: failedRules(n, given, message) }
}

const claim = (n: number) => ({ ClaimId: claimIds(n).ClaimId })
const earlier = (n: number) => ({ ClaimId: earlierClaimId(n) })

const messages = {
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
export { messages as ruleMessages }

/** Another visitor of the same prisoner, on the same day. */
function sameVisit(n: number, other: number): RuleCase {
  const rule = 'prisoner-not-visited-on-this-date'
  const { PrisonNumber } = people(n).prisoner
  const others = edit(settledClaimant(other), {
    'IntSchema.Prisoner': set({ PrisonNumber }),
    'IntSchema.Claim': set({ DateOfJourney: '2024-03-09 00:00:00' }),
  })
  const given = checkableClaim(n)
  return {
    ...{ rule, about: `${rule}: by somebody else` },
    given: merge(given, others),
    expected: merge(failedRules(n, given, messages.prisoner), others),
  }
}

const documents = (changes: Changes['IntSchema.ClaimDocument']): Changes =>
  changes ? { 'IntSchema.ClaimDocument': changes } : {}

/** Every rule but `is-claim-submitted-within-time-limit`, which never fails. */
export const ruleCases: readonly RuleCase[] = [
  fails(
    1,
    'are-children-under-18',
    '18 today',
    { 'IntSchema.ClaimChild': add(child(1, { DateOfBirth: '2006-03-13 00:00:00' })) },
    messages.children,
  ),
  fails(
    2,
    'claimant-has-not-been-overpaid',
    'once before',
    { 'IntSchema.Claim': set({ IsOverpaid: true }, earlier(2)) },
    messages.overpaid,
  ),
  fails(
    3,
    'cost-and-variance-equal-or-less-than-first-time-claim',
    'a penny beyond',
    { 'IntSchema.ClaimExpense': set({ Cost: 20.91 }, { ClaimExpenseId: rowId.expense(3, 1) }) },
    messages.variance,
  ),
  fails(
    4,
    'do-expenses-match-first-time-claim',
    'one more of a type',
    { 'IntSchema.ClaimExpense': add(expense(4, 3, { ExpenseType: 'bus' })) },
    messages.match,
  ),
  fails(
    5,
    'do-expenses-match-first-time-claim',
    'a type of its own',
    { 'IntSchema.ClaimExpense': add(expense(5, 3, { ExpenseType: 'taxi' })) },
    messages.match,
  ),
  fails(6, 'has-claimed-less-than-max-times-this-year', 'the 27th', weekly(6, 25), messages.year),
  fails(7, 'has-claimed-less-than-max-times-this-month', 'the fifth', monthly(7, 4), messages.month),
  fails(
    8,
    'has-uploaded-prison-visit-confirmation-and-receipts',
    'no confirmation',
    documents(remove({ DocumentType: 'VISIT-CONFIRMATION' })),
    messages.documents,
  ),
  fails(
    9,
    'has-uploaded-prison-visit-confirmation-and-receipts',
    'a receipt to come',
    documents(set({ DocumentStatus: 'upload-later' }, { DocumentType: 'RECEIPT' })),
    messages.documents,
  ),
  fails(10, 'is-claim-total-under-limit', 'a penny over', overTheLimit(10), messages.total),
  fails(
    11,
    'is-claimant-trusted',
    'not any more',
    { 'IntSchema.Eligibility': set({ IsTrusted: false }) },
    messages.untrusted,
  ),
  fails(
    12,
    'is-claimant-trusted',
    'nobody said so',
    { 'IntSchema.Eligibility': set({ IsTrusted: null }) },
    messages.untrusted,
  ),
  fails(
    13,
    'is-latest-manual-claim-approved',
    'rejected',
    { 'IntSchema.Claim': set({ Status: 'REJECTED' }, earlier(13)) },
    messages.manual,
  ),
  fails(
    14,
    'is-latest-manual-claim-approved',
    'only an advance claim',
    { 'IntSchema.Claim': set({ IsAdvanceClaim: true }, earlier(14)) },
    messages.manual,
  ),
  fails(
    15,
    'is-no-previous-pending-claim',
    'one pending',
    { 'IntSchema.Claim': add(previousClaim(15, 1, { Status: 'PENDING' })) },
    messages.pending,
  ),
  fails(
    16,
    'is-prison-not-in-guernsey-jersey',
    'Jersey',
    { 'IntSchema.Prisoner': set({ NameOfPrison: 'la-moye' }) },
    messages.islands,
  ),
  fails(
    17,
    'is-prison-not-in-guernsey-jersey',
    'Guernsey',
    { 'IntSchema.Prisoner': set({ NameOfPrison: 'les-nicolles' }) },
    messages.islands,
  ),
  fails(
    18,
    'is-visit-in-past',
    'tomorrow',
    { 'IntSchema.Claim': set({ DateOfJourney: '2024-03-14 00:00:00' }, claim(18)) },
    messages.past,
  ),
  fails(
    19,
    'visit-date-different-to-previous-claims',
    'the same',
    { 'IntSchema.Claim': add(previousClaim(19, 1, { DateOfJourney: '2024-03-09 00:00:00' })) },
    messages.sameDate,
  ),
  fails(
    20,
    'is-release-date-set',
    'it is not',
    { 'IntSchema.Prisoner': set({ ReleaseDateIsSet: false, ReleaseDate: null }) },
    messages.release,
  ),
  fails(
    21,
    'is-release-date-set',
    'nobody said so',
    { 'IntSchema.Prisoner': set({ ReleaseDateIsSet: null, ReleaseDate: null }) },
    messages.release,
  ),
  sameVisit(22, 23),
  fails(
    24,
    'is-benefit-expiry-date-in-future',
    'the day before the visit',
    { 'IntSchema.Visitor': set({ BenefitExpiryDate: '2024-03-08 00:00:00' }) },
    messages.expired,
  ),
  fails(
    25,
    'is-benefit-expiry-date-in-future',
    'unknown',
    { 'IntSchema.Visitor': set({ BenefitExpiryDate: null }) },
    messages.noExpiry,
  ),
]
