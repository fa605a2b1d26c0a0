import { toLondon, type LocalTime } from './london-time.js'

/** A stretch of wall-clock times, its ends excluded; open where it has none. */
export interface TimeSpan {
  readonly after?: LocalTime
  readonly before?: LocalTime
}

/** What was written by a clock further ahead than this, in milliseconds, is from the future. */
export const clocksApartMs = 60_000

const hourMs = 3_600_000

/**
 * The stored times that say "not within the last `ms` milliseconds": those that no reading of the wall clock puts
 * there. One from further in the future than clocks differ is among them: it is of a clock that was wrong, and what it
 * holds back would wait until that day. Hence a time holds back for `ms` and `clocksApartMs` at the most.
 * @param ms up to some months
 * @returns up to three spans, the earliest first
 */
export function staleTimes(now: Date, ms: number): TimeSpan[] {
  const fresh = wallClock(new Date(now.getTime() - ms), new Date(now.getTime() + clocksApartMs))
  const [first, second] = fresh
  if (!second) return [{ before: first.from }, { after: first.to }]
  return [{ before: first.from }, { after: first.to, before: second.from }, { after: second.to }]
}

/**
 * The latest time that the wall clock shows from now on until `ms` milliseconds are over: where it is set back by then, that may
 * be one from before. What is stored as later than this was meant for no moment until then.
 */
export function latestShown(now: Date, ms: number): LocalTime {
  const [first, second = first] = wallClock(now, new Date(now.getTime() + ms))
  return second.to
}

/** Whether a stored time is in one of the spans. */
export const isWithin = (time: LocalTime, spans: readonly TimeSpan[]): boolean =>
  spans.some(({ after = '', before = '~' }) => time > after && time < before)

interface Shown {
  readonly from: LocalTime
  readonly to: LocalTime
}

/** What the wall clock shows between two instants: one stretch, or two where it is set back to before the first. */
function wallClock(from: Date, to: Date): readonly [Shown, Shown?] {
  const setBack = hourIsRepeated(from, to)
  if (!setBack) return [{ from: toLondon(from), to: toLondon(to) }]
  const [until, again] = [toLondon(new Date(setBack.getTime() - 1)), toLondon(setBack)]
  const [before, after] = [
    { from: toLondon(from), to: until },
    { from: again, to: toLondon(to) },
  ]
  if (after.to >= before.from) return [{ from: smaller(before.from, again), to: larger(until, after.to) }]
  return [after, before]
}

/** The instant within the stretch at which the clock is set back, if it is: on a full hour. */
function hourIsRepeated(from: Date, to: Date): Date | undefined {
  if (summerHours(from) <= summerHours(to)) return undefined
  let hour = Math.ceil(from.getTime() / hourMs) * hourMs
  while (summerHours(new Date(hour)) > 0) hour += hourMs
  return new Date(hour)
}

/** 1 in summer, 0 in winter. */
function summerHours(instant: Date): number {
  const shown = Date.parse(`${toLondon(instant).replace(' ', 'T')}Z`)
  return Math.round((shown - instant.getTime()) / hourMs)
}

const smaller = (one: LocalTime, other: LocalTime): LocalTime => (one < other ? one : other)
const larger = (one: LocalTime, other: LocalTime): LocalTime => (one > other ? one : other)
