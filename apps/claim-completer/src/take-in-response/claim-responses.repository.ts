import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import {
  type ClaimEventDetails,
  claimEventRow,
  isClaimIn,
  isDocumentOfCase,
  statusChange,
} from '#shared/claims'
import { paymentState } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import { copyDocuments } from '../copy-rows.js'
import {
  requestEvents,
  type AnsweredClaim,
  type DocumentChanges,
  type Documents,
  type StoredDocument,
} from './take-in-response.rules.js'

/** SQL Server takes at most 2,100 parameters in one statement. */
const eventsPerInsert = 200

/** What claimants provide after they submitted their claim. */
@Injectable()
export class ClaimResponses {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Whether the claim is in the internal schema. */
  isInside(claim: ClaimRef): Promise<boolean> {
    return isClaimIn(this.connection.db, 'IntSchema', claim)
  }

  /** Whether the claim still waits in the external schema to be completed. */
  isOutside(claim: ClaimRef): Promise<boolean> {
    return isClaimIn(this.connection.db, 'ExtSchema', claim)
  }

  /**
   * The claim as it is, with its visitor's address: until the transaction ends nobody else changes the claim.
   * @throws TemporaryFailure `claim-changed-meanwhile` if somebody is changing it, or it is gone since it was looked for
   */
  async take(work: Work, { reference, eligibilityId, claimId }: ClaimRef): Promise<AnsweredClaim> {
    const query = work.db
      .selectFrom(work.dialect.taking('IntSchema.Claim', 'c'))
      .leftJoin('IntSchema.Visitor as v', (join) =>
        join.onRef('v.EligibilityId', '=', 'c.EligibilityId').onRef('v.Reference', '=', 'c.Reference'),
      )
      .leftJoin('AsyncSchema.Payment as p', (join) =>
        join
          .onRef('p.ItemId', '=', 'c.ClaimId')
          .on('p.Kind', '=', 'claim')
          // Not a parameter: only then is the index of what is reserved looked through.
          .on('p.State', '=', sql.lit(paymentState.reserved)),
      )
      .select(['c.Status', 'c.DateReviewed', 'c.DateApproved', 'c.PaymentStatus'])
      .select(['v.EmailAddress', 'p.PaymentId'])
      .where('c.Reference', '=', reference)
      .where('c.EligibilityId', '=', eligibilityId)
      .where('c.ClaimId', '=', claimId)
      .orderBy('v.VisitorId', 'desc')
    const [row] = await work.dialect.first(query, 1).execute()
    if (!row) throw new TemporaryFailure('claim-changed-meanwhile')
    return {
      status: row.Status,
      isReviewed: row.DateReviewed !== null,
      isApprovedOrPaid: row.DateApproved !== null || row.PaymentStatus !== null || row.PaymentId !== null,
      emailAddress: row.EmailAddress,
    }
  }

  /** The events that say what was asked of the claimant, the newest first. */
  async requests(work: Work, { reference, claimId }: ClaimRef): Promise<string[]> {
    const events = await work.db
      .selectFrom('IntSchema.ClaimEvent')
      .select('Event')
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .where('Event', 'in', requestEvents)
      .orderBy('ClaimEventId', 'desc')
      .execute()
    return events.map(({ Event }) => Event)
  }

  /** The documents that the answer may be about, in both schemas. */
  async documents(work: Work, claim: ClaimRef): Promise<Documents> {
    return {
      external: await documentsIn('ExtSchema', work, claim),
      internal: await documentsIn('IntSchema', work, claim),
    }
  }

  /** @throws TemporaryFailure `documents-changed-meanwhile` if the web app or another answer was at them too */
  async moveDocuments(work: Work, { superseded, toCopy, toDelete }: DocumentChanges): Promise<void> {
    if (superseded.length)
      await work.db
        .updateTable('IntSchema.ClaimDocument')
        .set({ IsEnabled: false })
        .where('ClaimDocumentId', 'in', idsOf(superseded))
        .execute()
    if (toCopy.length) {
      const { numInsertedOrUpdatedRows } = await copyDocuments(work.db, (row) =>
        row.and([row('ClaimDocumentId', 'in', idsOf(toCopy)), row('IsEnabled', '=', true)]),
      ).executeTakeFirst()
      assertAll(numInsertedOrUpdatedRows, toCopy)
    }
    if (toDelete.length) {
      // By id: what the web app adds from here on is for the next answer to take in.
      const { numDeletedRows } = await work.db
        .deleteFrom('ExtSchema.ClaimDocument')
        .where('ClaimDocumentId', 'in', idsOf(toDelete))
        .executeTakeFirst()
      assertAll(numDeletedRows, toDelete)
    }
  }

  /** @throws TemporaryFailure `claim-changed-meanwhile` if the claim is not as it was when it was taken */
  async changeStatus(
    work: Work,
    { claimId }: ClaimRef,
    { status, isReviewed, isApprovedOrPaid }: AnsweredClaim,
    to: string,
  ): Promise<void> {
    const { numUpdatedRows } = await work.db
      .updateTable('IntSchema.Claim')
      .set(statusChange(to, work.now))
      .where('ClaimId', '=', claimId)
      .where('Status', '=', status)
      .where('DateReviewed', isReviewed ? 'is not' : 'is', null)
      .$if(!isApprovedOrPaid, (claim) =>
        claim.where('DateApproved', 'is', null).where('PaymentStatus', 'is', null),
      )
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new TemporaryFailure('claim-changed-meanwhile')
  }

  async recordEvents(work: Work, claim: ClaimRef, events: readonly ClaimEventDetails[]): Promise<void> {
    const rows = events.map((event) => claimEventRow(work, claim, event))
    for (let start = 0; start < rows.length; start += eventsPerInsert) {
      await work.db
        .insertInto('IntSchema.ClaimEvent')
        .values(rows.slice(start, start + eventsPerInsert))
        .execute()
    }
  }
}

const idsOf = (documents: readonly StoredDocument[]) =>
  documents.map(({ ClaimDocumentId }) => ClaimDocumentId)

function assertAll(count: bigint | undefined, documents: readonly StoredDocument[]): void {
  if (count !== BigInt(documents.length)) throw new TemporaryFailure('documents-changed-meanwhile')
}

/** Those of the case, disabled ones included, in the order of their ids. */
const documentsIn = (
  schema: 'ExtSchema' | 'IntSchema',
  work: Work,
  claim: ClaimRef,
): Promise<StoredDocument[]> =>
  work.db
    .selectFrom(`${schema}.ClaimDocument`)
    .select(['ClaimDocumentId', 'ClaimExpenseId', 'DocumentType', 'DocumentStatus', 'IsEnabled'])
    .where(isDocumentOfCase(claim))
    .orderBy('ClaimDocumentId')
    .execute()
