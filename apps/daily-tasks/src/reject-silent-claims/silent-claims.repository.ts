import { Injectable } from '@nestjs/common'
import {
  answer,
  claimEventRow,
  isUnderWay,
  statusChange,
  claimEvent,
  claimStatus,
  spellings,
  systemCaseworker,
  waitingStatuses,
} from '#shared/claims'
import { addDays, type LocalDay } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import type { Work } from '#shared/unit-of-work'
import type { TakingStage } from '#shared/jobs'
import { TemporaryFailure } from '#shared/messaging'
import { claimsAfter, countPassedOver, type ClaimsOfJob, type ClaimWithVisitor } from '../claims-of-job.js'

const note = 'We have not had an update for 6 weeks or more. Rejecting the claim.'

/** An answer, or the reminder itself, that has not got through: then the claimant was not silent. */
const unless = [
  answer,
  { task: 'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION' },
  { task: 'REJECT-CLAIM-NOTIFICATION' },
] as const

/** Claims that wait for claimants who do not answer. */
@Injectable()
export class SilentClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Claims whose reminder was sent before the day `days` before `date`, to be rejected. */
  remindedBefore(date: LocalDay, days: number): TakingStage<ClaimWithVisitor> {
    const { dialect } = this.connection
    const before = addDays(date, -days)
    const job: ClaimsOfJob = {
      isDue: (claim) =>
        claim.and([
          claim('c.Status', 'in', spellings(waitingStatuses)),
          claim('c.ReminderSent', '=', true),
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          claim('c.DateReminderSent', '<', before),
        ]),
      unless,
    }
    return {
      keyOf: ({ claimId }) => claimId,
      read: (db, after) => claimsAfter(db, dialect, job, after).execute(),
      passedOver: (db) => countPassedOver(db, job),
      take: reject,
    }
  }
}

async function reject(work: Work, claims: readonly ClaimWithVisitor[]): Promise<readonly ClaimWithVisitor[]> {
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
    .where('ReminderSent', '=', true)
    .where((claim) => claim.not(isUnderWay(work.db, 'IntSchema.Claim.ClaimId', unless)))
    .executeTakeFirst()
  // A claimant has answered, or a caseworker decided, since they were read: each is read again, alone.
  if (numUpdatedRows < ids.length) throw new TemporaryFailure('claims-changed')
  await work.db
    .insertInto('IntSchema.ClaimEvent')
    .values(claims.map((claim) => claimEventRow(work, claim, rejected)))
    .execute()
  return claims
}
