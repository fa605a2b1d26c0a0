/**
 * How many milliseconds are left until a turn that was last taken `at` is due again; 0 if it is. A moment that lies
 * further ahead than one turn was written by a clock that is wrong, and one that cannot be read by nobody: it is due.
 */
export function untilTurn(stored: unknown, everyMs: number, now: number): number {
  const { at } = (typeof stored === 'object' && stored !== null ? stored : {}) as { at?: unknown }
  if (typeof at !== 'number' || !Number.isFinite(at) || at > now + everyMs) return 0
  return Math.min(everyMs, Math.max(0, at + everyMs - now))
}
