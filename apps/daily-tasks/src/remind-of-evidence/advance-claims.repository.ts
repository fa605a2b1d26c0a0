import { Injectable } from '@nestjs/common'
import { claimStatus, dataSeparator, spellings } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'
import { claimsWithVisitors, type ClaimWithVisitor } from '../claims-with-visitors.js'
import type { DueReminder } from './remind-of-evidence.rules.js'

/** Claims that were approved before the visit. */
@Injectable()
export class AdvanceClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those whose journey was on the reminder's day, to be reminded. Without a visitor there is no address. */
  toRemind({ kind, from, before }: DueReminder): JobStage<ClaimWithVisitor> {
    const { dialect } = this.connection
    return {
      keyOf: ({ claimId }) => claimId,
      read(db, after) {
        const query = claimsWithVisitors(db, after)
          .where('v.EmailAddress', 'is not', null)
          .where('c.IsAdvanceClaim', '=', true)
          .where('c.Status', 'in', spellings([claimStatus.approved]))
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          .where('c.DateOfJourney', '>=', from)
          .where('c.DateOfJourney', '<', before)
        return dialect.first(query, pageSize).execute()
      },
      change(work, claims) {
        for (const claim of claims) {
          const data = [claim.emailAddress, kind].join(dataSeparator)
          work.followUp('ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION', claim, data)
        }
        return Promise.resolve(claims.length)
      },
    }
  }
}
