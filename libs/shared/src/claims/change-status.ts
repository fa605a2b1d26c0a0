import type { LocalTime } from '../clock/index.js'
import { claimStatus, sameStatus } from './claim-words.js'

/** The statuses whose arrival does not count as news from the claimant. */
const waiting = [claimStatus.pending, claimStatus.requestInformation] as const

/**
 * The columns of `IntSchema.Claim` that change with its status: a claim that moves on may be reminded again. Not
 * for the migration's first status, and not for automatic approval. Domain: `tasks.md`, "Whenever a later step".
 */
export function statusChange(status: string, now: LocalTime) {
  return {
    Status: status,
    ReminderSent: false,
    DateReminderSent: null,
    ...(waiting.some((other) => sameStatus(status, other)) ? {} : { LastUpdated: now }),
  }
}
