import { Injectable } from '@nestjs/common'
import { claimEventRow, statusChange } from '#shared/claims'
import { addDays, type LocalDay } from '#shared/clock'
import { claimEvent, claimStatus, spellings, systemCaseworker, waitingStatuses } from '#shared/contracts'
import { DatabaseConnection, type Work } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'
import { TemporaryFailure } from '#shared/messaging'
import { claimsWithVisitors, type ClaimWithVisitor } from '../claims-with-visitors.js'

const note = 'We have not had an update for 6 weeks or more. Rejecting the claim.'

/** Claims that wait for claimants who do not answer. */
@Injectable()
export class SilentClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Claims whose reminder was sent before the day `days` before `date`, to be rejected. */
  remindedBefore(date: LocalDay, days: number): JobStage<ClaimWithVisitor> {
    const { dialect } = this.connection
    const before = addDays(date, -days)
    return {
      keyOf: ({ claimId }) => claimId,
      read(db, after) {
        const query = claimsWithVisitors(db, after)
          .where('c.Status', 'in', spellings(waitingStatuses))
          .where('c.ReminderSent', '=', true)
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          .where('c.DateReminderSent', '<', before)
        return dialect.first(query, pageSize).execute()
      },
      change: reject,
    }
  }
}

async function reject(work: Work, claims: readonly ClaimWithVisitor[]): Promise<number> {
  const rejected = {
    event: claimEvent.rejected,
    caseworker: systemCaseworker,
    note,
    isInternal: false,
  } as const
  const ids = claims.map(({ claimId }) => claimId)
  const { numUpdatedRows } = await work.db
    .updateTable('IntSchema.Claim')
    .set(statusChange(claimStatus.rejected, work.now))
    .where('ClaimId', 'in', ids)
    .where('Status', 'in', spellings(waitingStatuses))
    .executeTakeFirst()
  // A claimant has answered, or a caseworker decided, since they were read: the page is read again.
  if (numUpdatedRows < ids.length) throw new TemporaryFailure('claims-changed')
  for (const claim of claims)
    work.followUp('REJECT-CLAIM-NOTIFICATION', claim, claim.emailAddress ?? undefined)
  await work.db
    .insertInto('IntSchema.ClaimEvent')
    .values(claims.map((claim) => claimEventRow(work, claim, rejected)))
    .execute()
  return claims.length
}
