import type { RateLimit } from '../consumer-definition.js'

/** What was taken of a limit lately: how many in which slice of time. */
export type Taken = Readonly<Record<string, number>>

const slicesPerPeriod = 10

export interface Share {
  readonly granted: number
  readonly taken: Taken
  /** Milliseconds until there may be more, where nothing was granted. */
  readonly waitMs: number
}

/**
 * Takes up to `wanted` of what a limit leaves. In no stretch of its period is more than `max` taken. `now` in
 * milliseconds; what somebody with a faster clock has taken counts too.
 */
export function take(taken: Taken, wanted: number, { max, everyMs }: RateLimit, now: number): Share {
  const sliceMs = everyMs / slicesPerPeriod
  const current = Math.floor(now / sliceMs)
  const recent = Object.entries(taken).filter(([slice]) => Number(slice) >= current - slicesPerPeriod)
  const used = recent.reduce((sum, [, count]) => sum + count, 0)
  const granted = Math.max(0, Math.min(wanted, max - used))
  const oldest = Math.min(current, ...recent.map(([slice]) => Number(slice)))
  const kept = Object.fromEntries(recent)
  return {
    granted,
    taken: granted ? { ...kept, [current]: (kept[current] ?? 0) + granted } : kept,
    waitMs: granted ? 0 : (oldest + slicesPerPeriod + 1) * sliceMs - now,
  }
}
