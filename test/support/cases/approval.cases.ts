import type { ClaimCase } from '../claim-cases.js'
import { approved, checked, emailOf, event, failedRules } from '../claim-ends.js'
import {
  checkableClaim,
  claimIds,
  earlierClaimId,
  ofEligibility,
  previousClaim,
  rowId,
} from '../claim-rows.js'
import { add, both, edit, remove, set, type Changes } from '../row-sets.js'
import { child, expense, monthly, overTheLimit, ruleMessages, weekly } from './approval-changes.js'
import { document } from './claim-parts.js'

const claim = (n: number) => ({ ClaimId: claimIds(n).ClaimId })

export function approves(n: number, about: string, changes: Changes = {}): ClaimCase {
  const given = edit(checkableClaim(n), changes)
  return { about, given, expected: approved(n, checked(given)) }
}
export function isRefused(n: number, about: string, changes: Changes, ...messages: string[]): ClaimCase {
  const given = edit(checkableClaim(n), changes)
  return { about, given, expected: failedRules(n, given, ...messages) }
}
export function isNotConsidered(n: number, about: string, changes: Changes = {}): ClaimCase {
  const given = edit(checkableClaim(n), changes)
  return { about, given, expected: checked(given) }
}
export function isForcedToCaseworkers(n: number, about: string, changes: Changes): ClaimCase {
  const given = edit(checkableClaim(n), changes)
  const forced = event(n, 'FORCED-MANUAL-CHECK', {
    AdditionalData: emailOf(given),
    Note: 'Number of consecutive auto approvals exceeded limit',
  })
  return { about, given, expected: edit(checked(given), { 'IntSchema.ClaimEvent': add(forced) }) }
}

/** Other claims of the reference, these statuses from the latest to the oldest. */
export const inARow = (n: number, statuses: readonly string[], columns = {}): Changes => ({
  'IntSchema.Claim': add(
    ...statuses.map((Status, k) =>
      previousClaim(n, k, {
        ...{ Status, DateOfJourney: `2024-02-0${9 - k} 00:00:00` },
        DateSubmitted: `2024-02-${20 - k} 00:00:00`,
        ...columns,
      }),
    ),
  ),
})
export const fourInARow = Array.from({ length: 4 }, () => 'AUTO-APPROVED')

/** Rows that would fail rules if they counted, and columns that approval must leave as they are. */
export const approvedWithDisabledRows = approves(31, 'whatever its disabled rows say', {
  'IntSchema.Claim': set({ ReminderSent: true, DateReminderSent: '2024-03-12 03:30:00' }, claim(31)),
  'IntSchema.ClaimChild': add(child(31, { DateOfBirth: '1990-01-01 00:00:00', IsEnabled: false })),
  'IntSchema.ClaimExpense': add(expense(31, 3, { ExpenseType: 'ferry', Cost: 500, IsEnabled: false })),
  'IntSchema.ClaimDocument': add({
    ...{ ClaimDocumentId: rowId.document(31, 3), DocumentType: 'RECEIPT', DocumentStatus: 'upload-later' },
    ...{ Reference: claimIds(31).Reference, EligibilityId: claimIds(31).EligibilityId, ...claim(31) },
    IsEnabled: false,
  }),
})

/** Documents to come that are none of this claim's: another claim's, superseded ones, another eligibility's. */
function othersDocuments(n: number): Changes {
  const toCome = { DocumentType: 'hc2', DocumentStatus: 'upload-later' }
  const other = { ...ofEligibility(n), EligibilityId: 1500 + n }
  return {
    'IntSchema.Eligibility': add({ ...other, Status: 'NEW', DateCreated: '2022-06-02 10:11:12' }),
    'IntSchema.ClaimDocument': add(
      document(n, 3, { ...toCome, ClaimId: earlierClaimId(n) }),
      document(n, 4, { ...toCome, ClaimId: null, IsEnabled: false }),
      document(n, 5, { ...toCome, ClaimId: null, IsEnabled: null }),
      document(n, 6, { ...toCome, ClaimId: null, ...other }),
    ),
  }
}

export const approvedCases: readonly ClaimCase[] = [
  approvedWithDisabledRows,
  approves(32, 'that is just within every limit', {
    'IntSchema.ClaimChild': add(child(32, { DateOfBirth: '2006-03-14 00:00:00' })),
    'IntSchema.ClaimExpense': set({ Cost: 20.9 }, { ClaimExpenseId: rowId.expense(32, 1) }),
    'IntSchema.Claim': set({ DateOfJourney: '2024-03-13 00:00:00' }, claim(32)),
    'IntSchema.Visitor': set({ BenefitExpiryDate: '2024-03-13 00:00:00' }),
  }),
  approves(33, 'of exactly 250 pounds', overTheLimit(33, 245.5)),
  approves(34, 'that is the 26th of its year', weekly(34, 24)),
  approves(35, 'that is the fourth of its month', monthly(35, 3)),
  // is-claim-submitted-within-time-limit: the one rule that never fails.
  approves(36, 'submitted long after the visit', {
    'IntSchema.Claim': set({ DateOfJourney: '2023-11-04 00:00:00' }, claim(36)),
  }),
  approves(37, 'after three approvals in a row', inARow(37, [...fourInARow.slice(1), 'REQUEST-INFORMATION'])),
  approves(38, 'whatever documents of others are to come', othersDocuments(38)),
  approves(39, 'whose confirmation belongs to no claim, and whose evidence is there', {
    'IntSchema.ClaimDocument': both(
      remove({ DocumentType: 'VISIT-CONFIRMATION' }),
      add(
        document(39, 3, { DocumentType: 'visit-confirmation', ClaimId: null }),
        document(39, 4, { DocumentType: 'hc2', ClaimId: null, DocumentStatus: 'UPLOADED' }),
      ),
    ),
  }),
]

export const otherCases: readonly ClaimCase[] = [
  isNotConsidered(41, 'first-time', { 'IntSchema.Claim': set({ ClaimType: 'first-time' }, claim(41)) }),
  isNotConsidered(42, 'repeat-new-eligibility', {
    'IntSchema.Claim': set({ ClaimType: 'repeat-new-eligibility' }, claim(42)),
  }),
  isNotConsidered(43, 'not new any more', { 'IntSchema.Claim': set({ Status: 'UPDATED' }, claim(43)) }),
  isForcedToCaseworkers(44, 'the fifth approval in a row', inARow(44, fourInARow)),
  isForcedToCaseworkers(
    45,
    'the fifth in a row of the reference, under another eligibility',
    inARow(45, fourInARow, { EligibilityId: 1945 }),
  ),
]

/** More to say than the column holds: four rules, three of them with sixty ids each. */
export const longNoteCase = isRefused(
  46,
  'for more reasons than fit the note',
  {
    'IntSchema.Claim': add(
      ...Array.from({ length: 60 }, (_, k) =>
        previousClaim(46, k, {
          ...{ ClaimId: 2_000_000_000 + k, Status: 'PENDING', IsOverpaid: true },
          DateOfJourney: '2024-03-09 00:00:00',
        }),
      ),
    ),
  },
  ruleMessages.overpaid,
  ruleMessages.year,
  ruleMessages.pending,
  ruleMessages.sameDate,
)

const untrusted: Changes = { 'IntSchema.Eligibility': set({ IsTrusted: false }) }

/** With two checks switched off by name, and every limit left empty: then the defaults hold. */
export const emptyLimitsCases: readonly ClaimCase[] = [
  approves(51, 'approved against rules that are switched off', { ...untrusted, ...inARow(51, fourInARow) }),
  isRefused(52, 'refused over the default total', overTheLimit(52), ruleMessages.total),
  isRefused(53, "refused over the default year's number", weekly(53, 25), ruleMessages.year),
  isRefused(54, "refused over the default month's number", monthly(54, 4), ruleMessages.month),
]

/** With limits of its own: 5 per cent, 24 pounds, one a year, none a month, none in a row. */
export const ownLimitsCases: readonly ClaimCase[] = [
  isRefused(
    55,
    'refused over every limit',
    {},
    ruleMessages.variance,
    ruleMessages.year,
    ruleMessages.month,
    ruleMessages.total,
  ),
]
