import type { UpstreamName } from '../../contracts/index.js'
import type { Backoff } from './backoff.js'

/** How often something may be done, by all replicas together. */
export interface RateLimit {
  readonly max: number
  /** Milliseconds. */
  readonly everyMs: number
  /** All handlers that name the same have it together; without it, it is the handler's own. */
  readonly sharedAs?: string
}

/** How a consumer treats its messages. */
export interface DeliveryPolicy {
  /** Deliveries in all; the last failed one goes to the dead letters. */
  readonly attempts: number
  readonly backoff: Backoff
  /** Milliseconds a handler may take. */
  readonly timeOutMs: number
  /** Messages handled at once by one replica. */
  readonly concurrency: number
  /** Messages begun at most, by all replicas together; without it, as many as come. */
  readonly rateLimit?: RateLimit
  /** The upstream whose outage stops the handler. */
  readonly upstream?: UpstreamName
}

/** In milliseconds. */
export const seconds = 1_000
export const minutes = 60 * seconds

/** Work in the database, with at most a short look outside. At least four minutes of tries. */
export const claimPolicy = {
  attempts: 10,
  backoff: { baseMs: 1 * seconds, capMs: 10 * minutes },
  timeOutMs: 30 * seconds,
  concurrency: 16,
} as const satisfies DeliveryPolicy

/** Jobs over many claims. */
export const jobPolicy = {
  attempts: 10,
  backoff: { baseMs: 5 * seconds, capMs: 10 * minutes },
  timeOutMs: 10 * minutes,
  concurrency: 1,
} as const satisfies DeliveryPolicy
