export interface Backoff {
  /** The first wait is at most this many milliseconds; each further one may be twice as long. */
  readonly baseMs: number
  /** No wait is longer than this. */
  readonly capMs: number
}

/** Even the luckiest throw waits this long: a message that comes straight back fails for the same cause. */
const shortestMs = 50

/**
 * Exponential back-off with full jitter: the wait before the try after attempt number `attempt` (from 1), in
 * milliseconds, anywhere between nothing and the exponential limit, so that many failing at once come back apart.
 */
export function backoffDelay(
  attempt: number,
  { baseMs, capMs }: Backoff,
  random: () => number = Math.random,
): number {
  const limit = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30))
  return Math.max(shortestMs, Math.round(random() * limit))
}
