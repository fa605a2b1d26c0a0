import { Injectable } from '@nestjs/common'
import type { ClaimRef, Work } from '#shared/unit-of-work'

/** Which claims' visitors were reminded, and when. */
@Injectable()
export class Reminders {
  /** A claim without this mark is reminded again the next day; with it, rejected some days later. */
  async sent(work: Work, { reference, eligibilityId, claimId }: ClaimRef): Promise<void> {
    await work.batch([
      work.db
        .updateTable('IntSchema.Claim')
        .set({ ReminderSent: true, DateReminderSent: work.now })
        .where('Reference', '=', reference)
        .where('EligibilityId', '=', eligibilityId)
        .where('ClaimId', '=', claimId),
    ])
  }
}
