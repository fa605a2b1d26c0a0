import type { RateLimit } from '../handlers/delivery-policy.js'

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
 * milliseconds. What somebody with a faster clock has taken counts too, but nothing that lies more than a period ahead:
 * that clock was wrong, and the limit is nobody's until then.
 * @param stored what the bucket says was taken, whoever wrote it: what makes no sense in it is passed over
 */
export function take(stored: unknown, wanted: number, { max, everyMs }: RateLimit, now: number): Share {
  const sliceMs = everyMs / slicesPerPeriod
  const current = Math.floor(now / sliceMs)
  const recent = entriesOf(stored).filter(([slice]) => Math.abs(slice - current) <= slicesPerPeriod)
  const used = recent.reduce((sum, [, count]) => sum + count, 0)
  const granted = Math.max(0, Math.min(wanted, max - used))
  const oldest = Math.min(current, ...recent.map(([slice]) => slice))
  const kept = Object.fromEntries(recent) as Record<string, number>
  return {
    granted,
    taken: granted ? { ...kept, [current]: (kept[current] ?? 0) + granted } : kept,
    waitMs: granted ? 0 : (oldest + slicesPerPeriod + 1) * sliceMs - now,
  }
}

function entriesOf(stored: unknown): (readonly [slice: number, count: number])[] {
  if (typeof stored !== 'object' || stored === null) return []
  return Object.entries(stored)
    .map(([slice, count]: [string, unknown]) => [Number(slice), Number(count)] as const)
    .filter(([slice, count]) => Number.isSafeInteger(slice) && Number.isSafeInteger(count) && count > 0)
}
