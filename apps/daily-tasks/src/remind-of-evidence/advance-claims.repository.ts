import { Injectable } from '@nestjs/common'
import { answer, claimStatus, spellings } from '#shared/claims'
import { DatabaseConnection } from '#shared/database'
import type { TakingStage } from '#shared/jobs'
import {
  claimsAfter,
  countPassedOver,
  takeClaims,
  type ClaimsOfJob,
  type ClaimWithVisitor,
} from '../claims-of-job.js'
import { evidenceHasCome } from '../evidence-has-come.js'
import type { DueReminder } from './remind-of-evidence.rules.js'

/** Claims that were approved before the visit. */
@Injectable()
export class AdvanceClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those whose journey was on the reminder's day, to be reminded. Without a visitor there is no address. */
  toRemind({ kind, from, before }: DueReminder): TakingStage<ClaimWithVisitor> {
    const { dialect } = this.connection
    const job: ClaimsOfJob = {
      isDue: (claim) =>
        claim.and([
          claim('c.IsAdvanceClaim', '=', true),
          claim('c.Status', 'in', spellings([claimStatus.approved])),
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          claim('c.DateOfJourney', '>=', from),
          claim('c.DateOfJourney', '<', before),
          claim.not(evidenceHasCome(claim)),
        ]),
      unless: [answer, { task: 'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION', reminder: kind }],
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
