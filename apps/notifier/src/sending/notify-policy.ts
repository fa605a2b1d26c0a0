import { minutes, seconds, type DeliveryPolicy } from '#shared/messaging'

/**
 * Emails and text messages. Notify takes 3,000 requests a minute, whatever they are for: all handlers have one limit
 * together, and a tenth is left to what is asked before a second try, and afterwards.
 */
export const notifyPolicy = {
  attempts: 16,
  backoff: { baseMs: 1 * seconds, capMs: 60 * minutes },
  timeOutMs: 30 * seconds,
  concurrency: 16,
  rateLimit: { max: 2_700, everyMs: 1 * minutes, sharedAs: 'notify' },
  upstream: 'notify',
} as const satisfies DeliveryPolicy
