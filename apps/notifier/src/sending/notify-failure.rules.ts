import { refused, reject, retry, unavailable, upstreamFailed, type NotDone } from '#shared/messaging'
import type { NotifyError } from './notify.error.js'

/** Notify counts requests over a minute: this much of it makes room again, in milliseconds. */
const minuteLimitPauseMs = 10_000
/** Two clocks are never quite the same, in milliseconds. */
const clocksDifferMs = 5_000

/**
 * What a failure means for the email or text message, and for all the others. Domain: `notifications.md`.
 * @param settleMs for how many milliseconds Notify may still be at a request that was not answered
 */
export function outcomeOfFailure(
  { kind, reason, isUnanswered }: NotifyError,
  now: Date,
  settleMs: number,
): NotDone {
  const afterMs = isUnanswered ? settleMs : 0
  switch (kind) {
    case 'permanent':
      return reject(reason)
    case 'rate-limited':
      return unavailable(reason, { forMs: minuteLimitPauseMs })
    case 'daily-limit':
      return unavailable(reason, { forMs: untilMidnightUtc(now) + clocksDifferMs })
    case 'unavailable':
      return unavailable(reason, { afterMs })
    case 'refused':
      return refused(reason)
    case 'too-late':
      return retry(reason)
    case 'temporary':
      return upstreamFailed(reason, afterMs)
  }
}

const untilMidnightUtc = (now: Date): number =>
  Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1) - now.getTime()

/** No limit of a day holds for longer, in milliseconds. */
export const longestTextLimitMs = 86_400_000 + clocksDifferMs

/** Until when no more text messages are sent once Notify has said that their limit of the day is reached. */
export const textLimitUntil = (now: Date): Date =>
  new Date(now.getTime() + untilMidnightUtc(now) + clocksDifferMs)
