import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { insertClaimEvent, claimEvent, claimStatus } from '#shared/claims'
import { orElse } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import type { ApprovalEvent } from './approve-claim.rules.js'

/** What automatic approval writes. */
@Injectable()
export class Approvals {
  /** What caseworkers read of a claim that was not approved. */
  async recordEvent(
    work: Work,
    claim: ClaimRef,
    { event, additionalData, note }: ApprovalEvent,
  ): Promise<void> {
    await work.batch([insertClaimEvent(work, claim, { event, additionalData, note })])
  }

  /**
   * Leaves the claim to the daily run; one that waits already waits once. No key says so: whoever queues a claim has
   * taken it for the transaction (`ApprovalCases.take`).
   */
  async queue(work: Work, { reference, eligibilityId, claimId }: ClaimRef, email: string): Promise<void> {
    const waiting = work.db
      .selectFrom('IntSchema.AutoApproval')
      .select('AutoApprovalId')
      .where('ClaimId', '=', claimId)
    const inserted = work.db
      .insertInto('IntSchema.AutoApproval')
      .columns(['EligibilityId', 'ClaimId', 'Reference', 'EmailAddress', 'DateAdded'])
      .expression(
        work.db
          .selectNoFrom((row) => [
            row.val(eligibilityId).as('EligibilityId'),
            row.val(claimId).as('ClaimId'),
            row.val(reference).as('Reference'),
            row.val(email).as('EmailAddress'),
            row.val(work.now).as('DateAdded'),
          ])
          .where((row) => row.not(row.exists(waiting))),
      )
    await work.batch([inserted])
  }

  /**
   * Approves a claim that nobody has approved or paid. If it is not what it was read as any more, all of it fails: the
   * next try decides anew.
   */
  async approve(work: Work, claim: ClaimRef, status: string): Promise<void> {
    const approved = work.db
      .updateTable('IntSchema.Claim')
      .set({
        Status: claimStatus.autoApproved,
        VisitConfirmationCheck: claimStatus.approved,
        DateReviewed: work.now,
        DateApproved: work.now,
      })
      .where('ClaimId', '=', claim.claimId)
      .where('Status', '=', status)
      .where('DateApproved', 'is', null)
      .where('PaymentStatus', 'is', null)
    await work.batch([
      orElse(approved, () => new TemporaryFailure('claim-changed-meanwhile')),
      work.db
        .updateTable('IntSchema.ClaimExpense')
        .set({ Status: claimStatus.approved, ApprovedCost: sql<number>`${sql.ref('Cost')}` })
        .where('Reference', '=', claim.reference)
        .where('ClaimId', '=', claim.claimId),
      insertClaimEvent(work, claim, {
        event: claimEvent.autoApproved,
        note: 'Passed all auto approval checks',
      }),
    ])
  }
}
