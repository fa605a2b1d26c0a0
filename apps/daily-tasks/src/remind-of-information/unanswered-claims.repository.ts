import { Injectable } from '@nestjs/common'
import { answer, spellings, waitingStatuses } from '#shared/claims'
import { addDays, type LocalDay } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import type { TakingStage } from '#shared/jobs'
import {
  claimsAfter,
  countPassedOver,
  takeClaims,
  type ClaimsOfJob,
  type ClaimWithVisitor,
} from '../claims-of-job.js'

/** Claims that wait for their claimants, who have not been reminded. */
@Injectable()
export class UnansweredClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those last updated before the day `days` before `date`, to be reminded. Without a visitor there is no address. */
  updatedBefore(date: LocalDay, days: number): TakingStage<ClaimWithVisitor> {
    const { dialect } = this.connection
    const before = addDays(date, -days)
    const job: ClaimsOfJob = {
      isDue: (claim) =>
        claim.and([
          claim('c.Status', 'in', spellings(waitingStatuses)),
          claim.or([claim('c.ReminderSent', '=', false), claim('c.ReminderSent', 'is', null)]),
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          claim('c.LastUpdated', '<', before),
        ]),
      unless: [answer, { task: 'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION' }],
    }
    return {
      keyOf: ({ claimId }) => claimId,
      read: (db, after) =>
        claimsAfter(db, dialect, job, after).where('v.EmailAddress', 'is not', null).execute(),
      passedOver: (db) => countPassedOver(db, job),
      take: (work, claims) => takeClaims(work, job, claims),
    }
  }
}
