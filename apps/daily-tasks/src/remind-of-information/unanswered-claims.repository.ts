import { Injectable } from '@nestjs/common'
import { addDays, type LocalDay } from '#shared/clock'
import { spellings, waitingStatuses } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'
import { claimsWithVisitors, type ClaimWithVisitor } from '../claims-with-visitors.js'

/** Claims that wait for their claimants, who have not been reminded. */
@Injectable()
export class UnansweredClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those last updated before the day `days` before `date`, to be reminded. Without a visitor there is no address. */
  updatedBefore(date: LocalDay, days: number): JobStage<ClaimWithVisitor> {
    const { dialect } = this.connection
    const before = addDays(date, -days)
    return {
      keyOf: ({ claimId }) => claimId,
      read(db, after) {
        const query = claimsWithVisitors(db, after)
          .where('v.EmailAddress', 'is not', null)
          .where('c.Status', 'in', spellings(waitingStatuses))
          .where((is) => is.or([is('c.ReminderSent', '=', false), is('c.ReminderSent', 'is', null)]))
          // A day alone is its midnight, and as text before every time of it, however that is spelt.
          .where('c.LastUpdated', '<', before)
        return dialect.first(query, pageSize).execute()
      },
      change(work, claims) {
        for (const claim of claims)
          work.followUp(
            'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION',
            claim,
            claim.emailAddress ?? undefined,
          )
        return Promise.resolve(claims.length)
      },
    }
  }
}
