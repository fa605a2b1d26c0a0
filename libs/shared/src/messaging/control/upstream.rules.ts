/** An upstream that takes no work. Times in milliseconds since 1970, by the clock of the machine that wrote it. */
export interface UpstreamOut {
  readonly since: number
  /** When this was written. */
  readonly at: number
  /** Nobody tries it before. */
  readonly until: number
  readonly reason: string
  /** Messages that tried it since, in vain. */
  readonly probes: number
  /** It is there, and refuses this service: its key, its rights or its clock. */
  readonly refused?: true
}

export interface UpstreamFailure {
  readonly reason: string
  /** How long the upstream wants to be left alone, in milliseconds, if it said so. */
  readonly forMs?: number
  /** It refuses this service, whatever is asked of it. */
  readonly refused?: true
  /** It may be the fault of the message that was tried. */
  readonly ambiguous?: true
}

const firstPauseMs = 250
/** Well under a minute: so long after its return nobody may have noticed. */
const longestPauseMs = 10_000
/** Where it may be the messages: many of them may stand before the first good one. */
const longestAmbiguousPauseMs = 2_000
/** Somebody has to put it right. */
const refusedPauseMs = 30_000
/** A probe that hangs keeps others from trying for this long. */
const probeMs = 20_000
const longestWishMs = 25 * 3_600_000
/** So far two machines' clocks may be apart. What was written later than that from now has a wrong time. */
const clocksApartMs = 60_000

/** Messages that must fail one after another before an ambiguous failure is put down to the upstream. */
export const suspects = 3

/** It has just failed. */
export const out = (failure: UpstreamFailure, now: number): UpstreamOut => ({
  ...writtenNow(failure, 0, now),
  since: now,
})

/** A probe has failed: the next one comes later. */
export const stillOut = (before: UpstreamOut, failure: UpstreamFailure, now: number): UpstreamOut => ({
  ...writtenNow(failure, before.probes + 1, now),
  since: before.since,
})

/** Somebody tries it; nobody else does meanwhile. */
export const probing = (before: UpstreamOut, now: number): UpstreamOut => ({
  ...before,
  at: now,
  until: now + probeMs,
})

/** A probe that told nothing: another one may try. */
export const undecided = (before: UpstreamOut, now: number): UpstreamOut => ({
  ...before,
  at: now,
  until: now + firstPauseMs,
})

/** An operator wants it tried at once. */
export const tryNow = (before: UpstreamOut, now: number): UpstreamOut => ({ ...before, at: now, until: now })

/**
 * What a key of the bucket says, whoever wrote it: another release, a machine with a wrong clock, something broken. What
 * cannot be read is an outage that may be tried at once: that writes it anew, or takes it away.
 */
export function readOut(value: unknown, now: number): UpstreamOut {
  const stored = (typeof value === 'object' && value !== null ? value : {}) as Partial<UpstreamOut>
  const { reason, probes, refused } = stored
  return {
    since: Math.min(timeOr(stored.since, now), now),
    at: timeOr(stored.at, Number.NaN),
    until: timeOr(stored.until, now),
    reason: typeof reason === 'string' ? reason : 'unknown',
    probes: Number.isSafeInteger(probes) ? Math.max(0, Number(probes)) : 0,
    ...(refused === true ? { refused } : {}),
  }
}

/**
 * For how many milliseconds from now nobody tries it: never longer than whoever wrote it meant to wait, and not for long
 * where that is not to be known, for its time lies in the future.
 * @param seenLive this process saw it being written just now: clocks that differ neither lengthen nor shorten it
 */
export function waitMs({ at, until }: UpstreamOut, now: number, seenLive: boolean): number {
  const isTimed = at <= now + clocksApartMs
  const pause = bounded(until - (isTimed ? at : now), isTimed ? longestWishMs : longestPauseMs)
  return seenLive && isTimed && pause <= refusedPauseMs ? pause : bounded(until - now, pause)
}

/** Others have it tried by what they have not tried before, or not for longest; in milliseconds. */
const graceMs = 200
const turnMs = 50
/** More replicas than this may now and then have it tried out of turn. */
const replicasInTurn = 8

/**
 * How long a replica with nothing new to try leaves the others the first go, in milliseconds.
 * @param probesSince probes by others since this replica's own last one; undefined if it made none
 */
export function leaveFirstMs(probesSince: number | undefined): number {
  const turns = probesSince === undefined ? 0 : Math.max(0, replicasInTurn - Math.max(0, probesSince))
  return graceMs + turns * turnMs
}

function writtenNow(failure: UpstreamFailure, probes: number, now: number): Omit<UpstreamOut, 'since'> {
  const { reason, refused } = failure
  return { at: now, until: now + pauseMs(failure, probes), reason, probes, ...(refused ? { refused } : {}) }
}

function pauseMs({ forMs, refused, ambiguous }: UpstreamFailure, probes: number): number {
  if (forMs !== undefined) return Math.min(Math.max(forMs, firstPauseMs), longestWishMs)
  const longest = refused ? refusedPauseMs : ambiguous ? longestAmbiguousPauseMs : longestPauseMs
  return Math.min(longest, firstPauseMs * 2 ** Math.min(probes, 10))
}

const bounded = (ms: number, most: number): number => Math.min(Math.max(0, ms), most)

/** Beyond this no date is one. */
const lastMoment = 8.64e15
/** A moment as a number, or as the text of a date. */
function timeOr(value: unknown, otherwise: number): number {
  const moment = typeof value === 'string' ? Date.parse(value) : value
  return typeof moment === 'number' && Math.abs(moment) <= lastMoment ? moment : otherwise
}
