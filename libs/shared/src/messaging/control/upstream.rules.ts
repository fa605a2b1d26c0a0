/** An upstream that takes no work. Times in milliseconds since 1970, by the machine's clock. */
export interface UpstreamOut {
  readonly since: number
  /** Nobody tries it before. */
  readonly until: number
  readonly reason: string
  /** Messages that tried it since, in vain. */
  readonly probes: number
}

export interface UpstreamFailure {
  readonly reason: string
  /** How long the upstream wants to be left alone, in milliseconds, if it said so. */
  readonly forMs?: number
}

const firstPauseMs = 250
/** Well under a minute: so long after its return nobody may have noticed. */
const longestPauseMs = 10_000
/** A probe that hangs keeps others from trying for this long. */
const probeMs = 20_000
const longestWishMs = 25 * 3_600_000

/** Messages that must fail one after another before an ambiguous failure is put down to the upstream. */
export const suspects = 3

/** It has just failed. */
export const out = (failure: UpstreamFailure, now: number): UpstreamOut => ({
  since: now,
  until: now + pauseMs(failure, 0),
  reason: failure.reason,
  probes: 0,
})

/** A probe has failed: the next one comes later. */
export const stillOut = (before: UpstreamOut, failure: UpstreamFailure, now: number): UpstreamOut => ({
  since: before.since,
  until: now + pauseMs(failure, before.probes + 1),
  reason: failure.reason,
  probes: before.probes + 1,
})

/** Somebody tries it; nobody else does meanwhile. */
export const probing = (before: UpstreamOut, now: number): UpstreamOut => ({
  ...before,
  until: now + probeMs,
})

/** A probe that told nothing: another one may try. */
export const undecided = (before: UpstreamOut, now: number): UpstreamOut => ({
  ...before,
  until: now + firstPauseMs,
})

function pauseMs({ forMs }: UpstreamFailure, probes: number): number {
  if (forMs !== undefined) return Math.min(Math.max(forMs, firstPauseMs), longestWishMs)
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(probes, 10))
}
