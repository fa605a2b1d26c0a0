import { Injectable } from '@nestjs/common'
import { claimStatus, dataSeparator, spellings } from '#shared/contracts'
import { DatabaseConnection, type ClaimRef } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'
import type { DueReminder } from './remind-of-evidence.rules.js'

interface AdvanceClaim extends ClaimRef {
  readonly emailAddress: string
}

/** Claims that were approved before the visit. */
@Injectable()
export class AdvanceClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those whose journey was on the reminder's day, to be reminded. Without a visitor there is no address. */
  toRemind({ kind, from, before }: DueReminder): JobStage<AdvanceClaim> {
    const { dialect } = this.connection
    return {
      keyOf: ({ claimId }) => claimId,
      read(db, after) {
        const query = db
          .selectFrom('IntSchema.Claim as c')
          .innerJoin('IntSchema.Visitor as v', (join) =>
            join.onRef('v.EligibilityId', '=', 'c.EligibilityId').onRef('v.Reference', '=', 'c.Reference'),
          )
          .select(['c.ClaimId as claimId', 'c.EligibilityId as eligibilityId', 'c.Reference as reference'])
          .select('v.EmailAddress as emailAddress')
          .where('c.ClaimId', '>', after)
          .where('c.IsAdvanceClaim', '=', true)
          .where('c.Status', 'in', spellings([claimStatus.approved]))
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          .where('c.DateOfJourney', '>=', from)
          .where('c.DateOfJourney', '<', before)
          .orderBy('c.ClaimId')
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
