import { doneFollowUp, emailOf, event, tasksDone } from '../claim-ends.js'
import { checkableClaim, claimIds, pendingTask, rowId } from '../claim-rows.js'
import { add, edit, remove, set, type Changes, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'

export const responseTask = 'REQUEST-INFORMATION-RESPONSE'
const reviewed = {
  DateReviewed: '2024-02-20 10:00:00',
  Caseworker: 'caseworker@example.com',
  LastUpdated: '2024-02-20 10:00:00',
}
const reminded = { ReminderSent: true, DateReminderSent: '2024-03-05 04:31:00' }

/** Claim `n` as a caseworker left it, waiting for the answer that its task brings. */
export function waitingClaim(n: number, claim: Row = {}, message?: string): Rows {
  return edit(checkableClaim(n), {
    'IntSchema.Claim': set(
      { Status: 'REQUEST-INFORMATION', ...reviewed, ...reminded, ...claim },
      { ClaimId: claimIds(n).ClaimId },
    ),
    'IntSchema.Task': remove(),
    'ExtSchema.Task': add(pendingTask(n, responseTask, { AdditionalData: message })),
  })
}

/** The answer taken in, but for documents and bank details. */
export const takenIn = (n: number, given: Rows, events: readonly Row[] = [], Status = 'UPDATED'): Rows =>
  edit(kept(n, given, events), {
    'IntSchema.Claim': set(
      { Status, ReminderSent: false, DateReminderSent: null, LastUpdated: '@now' },
      { ClaimId: claimIds(n).ClaimId },
    ),
  })

/** The same of a claim that was decided or paid meanwhile: nothing of it changes. */
export function kept(n: number, given: Rows, events: readonly Row[] = []): Rows {
  const email = doneFollowUp(n, `${responseTask}-SUBMITTED-NOTIFICATION`, emailOf(given))
  return edit(tasksDone(given), { 'IntSchema.ClaimEvent': add(...events), 'IntSchema.Task': add(email) })
}

export const messageFrom = (n: number, Note: string): Row => event(n, 'MESSAGE', { Note, IsInternal: false })

export const updated = (n: number, ...documents: readonly Row[]): Row =>
  event(n, 'CLAIM-UPDATED', {
    Note: ['Claimant updated claim:<br />', ...documents.map(lineOf)].join(''),
  })
export const lineOf = ({ DocumentType, DocumentStatus }: Row): string =>
  `<br /> - updated document ${String(DocumentType)} with status ${String(DocumentStatus)}`

export const replaced = (n: number, { ClaimDocumentId, DocumentType }: Row): Row =>
  event(n, 'REPLACED-PREVIOUS-DOCUMENT', {
    ClaimDocumentId,
    Note: `Replaced previous document ${String(DocumentType)}`,
  })

export const bankDetailsUpdated = (n: number): Row => event(n, 'BANK-DETAILS-UPDATED')

/** The documents that a waiting claim has: a confirmation of the visit, and the receipt of its first expense. */
export const confirmation = { DocumentType: 'VISIT-CONFIRMATION' }
export const confirmationOf = (n: number): Row => ({ ...confirmation, ClaimDocumentId: rowId.document(n, 1) })
export const receiptOf = (n: number): Row => ({
  DocumentType: 'RECEIPT',
  ClaimDocumentId: rowId.document(n, 2),
})

export const disable = ({ ClaimDocumentId }: Row) => set({ IsEnabled: false }, { ClaimDocumentId })
export const outside = (...documents: readonly Row[]): Changes => ({
  'ExtSchema.ClaimDocument': add(...documents),
})
export const inside = (...documents: readonly Row[]): Changes => ({
  'IntSchema.ClaimDocument': add(...documents),
})
export const noneOutside: Changes = { 'ExtSchema.ClaimDocument': remove() }
