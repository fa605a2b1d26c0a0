import { Injectable } from '@nestjs/common'
import type { LocalTime } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'
import { daysBefore } from './old-claims.rules.js'

interface OldClaim {
  readonly claimId: number
}

/** Claims that were reviewed long ago. */
@Injectable()
export class OldClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Claims reviewed more than `days` days before a time, each to be archived. */
  reviewedBefore(time: LocalTime, days: number): JobStage<OldClaim> {
    const { dialect } = this.connection
    const before = daysBefore(time, days)
    return {
      keyOf: ({ claimId }) => claimId,
      read(db, after) {
        const query = db
          .selectFrom('IntSchema.Claim')
          .select('ClaimId as claimId')
          .where('ClaimId', '>', after)
          .where('DateReviewed', '<', before)
          .orderBy('ClaimId')
        return dialect.first(query, pageSize).execute()
      },
      change(work, claims) {
        for (const { claimId } of claims) work.followUp('ARCHIVE-CLAIM', { claimId })
        return Promise.resolve(claims.length)
      },
    }
  }
}
