export interface Backoff {
  /** The first wait is at most this many milliseconds; each further one may be twice as long. */
  readonly baseMs: number
  /** No wait is longer than this. */
  readonly capMs: number
}

/**
 * Exponential back-off with jitter: the wait before the try after attempt number `attempt` (from 1), in
 * milliseconds. At least half of the exponential limit, so that no luck uses up all attempts in a short outage; the
 * rest is random, so that many failing at once come back apart.
 */
export function backoffDelay(
  attempt: number,
  { baseMs, capMs }: Backoff,
  random: () => number = Math.random,
): number {
  const limit = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30))
  return Math.round((limit * (1 + random())) / 2)
}
