import { Injectable } from '@nestjs/common'
import { addDays, type LocalDay } from '#shared/clock'
import { spellings, waitingStatuses } from '#shared/contracts'
import { DatabaseConnection, type ClaimRef } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'

interface UnansweredClaim extends ClaimRef {
  readonly emailAddress: string
}

/** Claims that wait for their claimants, who have not been reminded. */
@Injectable()
export class UnansweredClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those last updated before the day `days` before `date`, to be reminded. Without a visitor there is no address. */
  updatedBefore(date: LocalDay, days: number): JobStage<UnansweredClaim> {
    const { dialect } = this.connection
    const before = addDays(date, -days)
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
          .where('c.Status', 'in', spellings(waitingStatuses))
          .where((is) => is.or([is('c.ReminderSent', '=', false), is('c.ReminderSent', 'is', null)]))
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          .where('c.LastUpdated', '<', before)
          .orderBy('c.ClaimId')
        return dialect.first(query, pageSize).execute()
      },
      change(work, claims) {
        for (const claim of claims)
          work.followUp('SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION', claim, claim.emailAddress)
        return Promise.resolve(claims.length)
      },
    }
  }
}
