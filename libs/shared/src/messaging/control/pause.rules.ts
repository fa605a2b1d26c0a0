/** An operator's pause of a handler, as the bucket holds it. */
export interface Pause {
  /** ISO 8601. */
  readonly since: string
  readonly reason: string
}

/**
 * What a key of the bucket says, whoever wrote it. A pause ends only when an operator says so: one that cannot be read
 * is one too, and one from the future began now.
 */
export function readPause(value: unknown, now: Date): Pause {
  const { since, reason } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Pause>
  const begun = new Date(typeof since === 'string' ? since : Number.NaN)
  return {
    since: (begun <= now ? begun : now).toISOString(),
    reason: typeof reason === 'string' ? reason : 'unknown',
  }
}
