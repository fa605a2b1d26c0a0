import { minutes, seconds, type DeliveryPolicy } from '#shared/messaging'

/** What the chat is told. It waits its turn, one message a minute by all replicas together: longer than that. */
export const chatPolicy = {
  attempts: 16,
  backoff: { baseMs: 5 * seconds, capMs: 15 * minutes },
  timeOutMs: 30 * minutes,
  concurrency: 16,
  upstream: 'chat',
} as const satisfies DeliveryPolicy
