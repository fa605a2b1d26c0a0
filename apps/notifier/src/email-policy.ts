import { minutes, seconds, type DeliveryPolicy } from '#shared/messaging'

/** Emails. What Notify's own limits let through is asked for no faster. */
export const emailPolicy = {
  attempts: 16,
  backoff: { baseMs: 1 * seconds, capMs: 60 * minutes },
  timeOutMs: 30 * seconds,
  concurrency: 16,
  upstream: 'notify',
} as const satisfies DeliveryPolicy
