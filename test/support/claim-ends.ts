import { add, both, edit, entriesOf, merge, set, type Row } from './row-sets.js'
import { claimIds, inside, ofClaim } from './claim-rows.js'
import type { Rows } from './rows.js'

/** How claims end, in rows, by `domain/`. Times near the clock are `@now`, numbers the database gave are `@id`. */

const completed = { Status: 'COMPLETE', DateProcessed: '@now' }
const failed = { Status: 'FAILED', DateProcessed: '@now' }

/** A follow-up task of claim `n` that has been done. */
export const doneFollowUp = (n: number, name: string, data?: unknown): Row => ({
  TaskId: '@id',
  Task: name,
  ...ofClaim(n),
  DateCreated: '@now',
  ...completed,
  ...(data === undefined ? {} : { AdditionalData: data }),
})

/** An event of claim `n`. */
export const event = (n: number, name: string, columns: Row = {}): Row => ({
  ClaimEventId: '@id',
  ...ofClaim(n),
  DateAdded: '@now',
  Event: name,
  IsInternal: true,
  ...columns,
})

/** Where the visitor of claim `n` gets email. */
export const emailOf = (rows: Rows): unknown =>
  (rows['ExtSchema.Visitor']?.[0] ?? rows['IntSchema.Visitor']?.[0])?.EmailAddress

/** The tasks of both schemas done, nothing else. */
export const tasksDone = (rows: Rows): Rows => tasksSet(rows, completed)
/** The tasks failed, nothing else. */
export const tasksFailed = (rows: Rows): Rows => tasksSet(rows, failed)

const tasksSet = (rows: Rows, columns: Row): Rows =>
  edit(rows, {
    'ExtSchema.Task': set(columns, { Status: 'PENDING' }),
    'IntSchema.Task': set(columns, { Status: 'PENDING' }),
  })

/** The submitted claim `n` migrated, its email sent and its benefit confirmed; approval not considered yet. */
export function migrated(n: number, given: Rows, { email = emailOf(given) } = {}): Rows {
  const internal = entriesOf(given).filter(([table]) => table.startsWith('IntSchema.'))
  const arrived = edit(inside(given), {
    'IntSchema.Eligibility': set({ Status: 'NEW', IsTrusted: true }),
    'IntSchema.Claim': set({ Status: 'NEW', LastUpdated: '@now' }),
  })
  const [task] = given['ExtSchema.Task'] ?? []
  return edit(merge(Object.fromEntries(internal), arrived), {
    'ExtSchema.Task': () => [{ ...task, ...completed }],
    'IntSchema.Visitor': set(
      { DWPBenefitCheckerResult: 'YES' },
      { EligibilityId: claimIds(n).EligibilityId },
    ),
    'IntSchema.ClaimEvent': add(event(n, 'CLAIM-SUBMITTED', { AdditionalData: task?.AdditionalData })),
    'IntSchema.Task': add(doneFollowUp(n, 'SEND-CLAIM-NOTIFICATION', email), doneFollowUp(n, 'DWP-CHECK')),
  })
}

/** The same for a claim whose eligibility is inside already, and stays as it is. */
export const migratedInto = (n: number, settled: Rows, claim: Rows, email = emailOf(settled)): Rows =>
  edit(merge(settled, migrated(n, claim, { email })), {
    'IntSchema.Visitor': set({ DWPBenefitCheckerResult: 'YES' }),
  })

/** The benefit of a checkable claim checked; nothing follows. */
export const checked = (given: Rows, result = 'YES'): Rows =>
  edit(tasksDone(given), { 'IntSchema.Visitor': set({ DWPBenefitCheckerResult: result, DWPCheck: null }) })

/** Claim `n` approved automatically. */
export const approved = (n: number, rows: Rows, { email = emailOf(rows) } = {}): Rows =>
  edit(rows, {
    'IntSchema.Claim': set(
      {
        Status: 'AUTO-APPROVED',
        VisitConfirmationCheck: 'APPROVED',
        DateReviewed: '@now',
        DateApproved: '@now',
      },
      { ClaimId: claimIds(n).ClaimId },
    ),
    'IntSchema.ClaimExpense': (expenses) =>
      expenses.map((row) =>
        row.ClaimId === claimIds(n).ClaimId ? { ...row, Status: 'APPROVED', ApprovedCost: row.Cost } : row,
      ),
    'IntSchema.ClaimEvent': add(event(n, 'CLAIM-AUTO-APPROVED', { Note: 'Passed all auto approval checks' })),
    'IntSchema.Task': add(doneFollowUp(n, 'ACCEPT-CLAIM-NOTIFICATION', email)),
  })

/** A checkable claim for which these rules say why not. */
export const failedRules = (n: number, given: Rows, ...messages: readonly string[]): Rows =>
  edit(checked(given), {
    'IntSchema.ClaimEvent': add(
      event(n, 'AUTO-APPROVAL-FAILURE', {
        AdditionalData: emailOf(given),
        Note: messages.map((message) => `* ${message}`).join('<br />'),
      }),
    ),
  })

/** A checkable claim that waits for the daily run. */
export const parked = (n: number, given: Rows): Rows =>
  edit(checked(given), {
    'IntSchema.AutoApproval': add({
      AutoApprovalId: '@id',
      ...ofClaim(n),
      EmailAddress: emailOf(given),
      DateAdded: '@now',
    }),
  })

/** Claim `n` asked for evidence of the benefit. */
export const askedForEvidence = (n: number, given: Rows, result: string, benefit: string): Rows =>
  edit(checked(given, result), {
    'IntSchema.Visitor': set({ DWPBenefitCheckerResult: result, DWPCheck: 'REQUEST-INFORMATION' }),
    'IntSchema.Claim': set(
      { Status: 'REQUEST-INFORMATION', ReminderSent: false, DateReminderSent: null },
      { ClaimId: claimIds(n).ClaimId },
    ),
    'IntSchema.ClaimDocument': add({
      ClaimDocumentId: '@new-document-id',
      ...ofClaim(n),
      DocumentType: benefit,
      DocumentStatus: 'upload-later',
      DateSubmitted: '@now',
      IsEnabled: true,
    }),
    'IntSchema.ClaimEvent': add(
      event(n, 'CLAIM-REQUEST-INFORMATION', {
        Note: 'We have not been able to verify your benefit status. Please upload evidence of the benefit you receive',
        Caseworker: 'System Message',
        IsInternal: false,
      }),
    ),
    'IntSchema.Task': both(
      set(completed, { Status: 'PENDING' }),
      add(doneFollowUp(n, 'DWP-FAILED-NOTIFICATION', emailOf(given))),
    ),
  })
