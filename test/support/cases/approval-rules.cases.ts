import type { ClaimCase } from '../claim-cases.js'
import { failedRules } from '../claim-ends.js'
import {
  checkableClaim,
  claimIds,
  earlierClaimId,
  people,
  previousClaim,
  rowId,
  settledClaimant,
} from '../claim-rows.js'
import { add, edit, merge, remove, set, type Changes } from '../row-sets.js'
import { child, expense, monthly, overTheLimit, ruleMessages, weekly } from './approval-changes.js'
import { document } from './claim-parts.js'

/** A claim that fails this rule and no other, and what caseworkers are told. */
export interface RuleCase extends ClaimCase {
  readonly rule: string
}

function fails(n: number, rule: string, how: string, changes: Changes, message: string): RuleCase {
  const given = edit(checkableClaim(n), changes)
  return { rule, about: `${rule}: ${how}`, given, expected: failedRules(n, given, message) }
}

const claim = (n: number) => ({ ClaimId: claimIds(n).ClaimId })
const earlier = (n: number) => ({ ClaimId: earlierClaimId(n) })

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
    expected: merge(failedRules(n, given, ruleMessages.prisoner), others),
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
    ruleMessages.children,
  ),
  fails(
    2,
    'claimant-has-not-been-overpaid',
    'once before',
    { 'IntSchema.Claim': set({ IsOverpaid: true }, earlier(2)) },
    ruleMessages.overpaid,
  ),
  fails(
    3,
    'cost-and-variance-equal-or-less-than-first-time-claim',
    'a penny beyond',
    { 'IntSchema.ClaimExpense': set({ Cost: 20.91 }, { ClaimExpenseId: rowId.expense(3, 1) }) },
    ruleMessages.variance,
  ),
  fails(
    4,
    'do-expenses-match-first-time-claim',
    'one more of a type',
    { 'IntSchema.ClaimExpense': add(expense(4, 3, { ExpenseType: 'bus' })) },
    ruleMessages.match,
  ),
  fails(
    5,
    'do-expenses-match-first-time-claim',
    'a type of its own',
    { 'IntSchema.ClaimExpense': add(expense(5, 3, { ExpenseType: 'taxi' })) },
    ruleMessages.match,
  ),
  fails(6, 'has-claimed-less-than-max-times-this-year', 'the 27th', weekly(6, 25), ruleMessages.year),
  fails(7, 'has-claimed-less-than-max-times-this-month', 'the fifth', monthly(7, 4), ruleMessages.month),
  fails(
    8,
    'has-uploaded-prison-visit-confirmation-and-receipts',
    'no confirmation',
    documents(remove({ DocumentType: 'VISIT-CONFIRMATION' })),
    ruleMessages.documents,
  ),
  fails(
    9,
    'has-uploaded-prison-visit-confirmation-and-receipts',
    'a receipt to come',
    documents(set({ DocumentStatus: 'upload-later' }, { DocumentType: 'RECEIPT' })),
    ruleMessages.documents,
  ),
  fails(
    26,
    'has-uploaded-prison-visit-confirmation-and-receipts',
    'evidence of the eligibility to come',
    documents(add(document(26, 3, { DocumentType: 'hc2', ClaimId: null, DocumentStatus: 'upload-later' }))),
    ruleMessages.documents,
  ),
  fails(
    27,
    'has-uploaded-prison-visit-confirmation-and-receipts',
    'evidence of the eligibility to be posted, in capitals',
    documents(add(document(27, 3, { DocumentType: 'HC2', ClaimId: null, DocumentStatus: 'POST-LATER' }))),
    ruleMessages.documents,
  ),
  fails(10, 'is-claim-total-under-limit', 'a penny over', overTheLimit(10), ruleMessages.total),
  fails(
    11,
    'is-claimant-trusted',
    'not any more',
    { 'IntSchema.Eligibility': set({ IsTrusted: false }) },
    ruleMessages.untrusted,
  ),
  fails(
    12,
    'is-claimant-trusted',
    'nobody said so',
    { 'IntSchema.Eligibility': set({ IsTrusted: null }) },
    ruleMessages.untrusted,
  ),
  fails(
    13,
    'is-latest-manual-claim-approved',
    'rejected',
    { 'IntSchema.Claim': set({ Status: 'REJECTED' }, earlier(13)) },
    ruleMessages.manual,
  ),
  fails(
    14,
    'is-latest-manual-claim-approved',
    'only an advance claim',
    { 'IntSchema.Claim': set({ IsAdvanceClaim: true }, earlier(14)) },
    ruleMessages.manual,
  ),
  fails(
    15,
    'is-no-previous-pending-claim',
    'one pending',
    { 'IntSchema.Claim': add(previousClaim(15, 1, { Status: 'PENDING' })) },
    ruleMessages.pending,
  ),
  fails(
    16,
    'is-prison-not-in-guernsey-jersey',
    'Jersey',
    { 'IntSchema.Prisoner': set({ NameOfPrison: 'la-moye' }) },
    ruleMessages.islands,
  ),
  fails(
    17,
    'is-prison-not-in-guernsey-jersey',
    'Guernsey',
    { 'IntSchema.Prisoner': set({ NameOfPrison: 'les-nicolles' }) },
    ruleMessages.islands,
  ),
  fails(
    18,
    'is-visit-in-past',
    'tomorrow',
    { 'IntSchema.Claim': set({ DateOfJourney: '2024-03-14 00:00:00' }, claim(18)) },
    ruleMessages.past,
  ),
  fails(
    19,
    'visit-date-different-to-previous-claims',
    'the same',
    { 'IntSchema.Claim': add(previousClaim(19, 1, { DateOfJourney: '2024-03-09 00:00:00' })) },
    ruleMessages.sameDate,
  ),
  fails(
    20,
    'is-release-date-set',
    'it is not',
    { 'IntSchema.Prisoner': set({ ReleaseDateIsSet: false, ReleaseDate: null }) },
    ruleMessages.release,
  ),
  fails(
    21,
    'is-release-date-set',
    'nobody said so',
    { 'IntSchema.Prisoner': set({ ReleaseDateIsSet: null, ReleaseDate: null }) },
    ruleMessages.release,
  ),
  sameVisit(22, 23),
  fails(
    24,
    'is-benefit-expiry-date-in-future',
    'the day before the visit',
    { 'IntSchema.Visitor': set({ BenefitExpiryDate: '2024-03-08 00:00:00' }) },
    ruleMessages.expired,
  ),
  fails(
    25,
    'is-benefit-expiry-date-in-future',
    'unknown',
    { 'IntSchema.Visitor': set({ BenefitExpiryDate: null }) },
    ruleMessages.noExpiry,
  ),
]
