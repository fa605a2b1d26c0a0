import type { Expression } from 'kysely'
import type { claimEvent } from './claim-words.js'
import { fit, type NewRow } from '../database/index.js'
import type { ClaimRef, Work } from '../unit-of-work/index.js'

/** What happened to a claim, for the caseworkers and the claimant to read. */
export interface ClaimEventDetails {
  readonly event: (typeof claimEvent)[keyof typeof claimEvent]
  readonly additionalData?: string | null
  readonly note?: string
  readonly caseworker?: string
  readonly claimDocumentId?: number
  /** True unless said otherwise: only caseworkers see it. */
  readonly isInternal?: boolean
}

/** The row of an event now; texts that are too long are cut to fit. Domain: `tasks.md`, "event X". */
export function claimEventRow(
  work: Work,
  { reference, eligibilityId, claimId }: ClaimRef,
  { event, additionalData, note, caseworker, claimDocumentId, isInternal = true }: ClaimEventDetails,
): NewRow<'IntSchema.ClaimEvent'> {
  return {
    EligibilityId: eligibilityId,
    ClaimId: claimId,
    Reference: reference,
    DateAdded: work.now,
    Event: event,
    AdditionalData:
      additionalData == null ? null : fit('IntSchema.ClaimEvent', 'AdditionalData', additionalData),
    Note: note === undefined ? null : fit('IntSchema.ClaimEvent', 'Note', note),
    Caseworker: caseworker ?? null,
    ClaimDocumentId: claimDocumentId ?? null,
    IsInternal: isInternal,
  }
}

/** The statement that writes an event down. */
export const insertClaimEvent = (work: Work, claim: ClaimRef, details: ClaimEventDetails) =>
  work.db.insertInto('IntSchema.ClaimEvent').values(claimEventRow(work, claim, details))

/** The same, which writes it down only where a question has an answer: asked in the statement, without a round trip. */
export function insertClaimEventWhere(
  work: Work,
  claim: ClaimRef,
  details: ClaimEventDetails,
  condition: Expression<unknown>,
) {
  const row = Object.entries(claimEventRow(work, claim, details))
  return work.db
    .insertInto('IntSchema.ClaimEvent')
    .columns(row.map(([column]) => column) as never)
    .expression(
      work.db
        .selectNoFrom((eb) => row.map(([column, value]) => eb.val(value).as(column)))
        .where((eb) => eb.exists(condition)) as never,
    )
}
