import { Cron } from 'croner'
import { OwnError } from '../../logging/index.js'

/** An expression or a time zone that cannot be gone by. Its message says what of it is wrong. */
export class NoTimetable extends OwnError {
  override readonly name = 'NoTimetable'
}

/** When something is due, by an expression. */
export interface Timetable {
  readonly text: string
  readonly zone: string
  readonly kind: 'cron' | 'interval' | 'after-start'
  /** Of one that is due at most once a day. */
  readonly isDaily: boolean
  /** Of `after-start`: so many milliseconds after a scheduler has started. */
  readonly afterMs?: number
  /** The first time after an instant; undefined where there is none. */
  next(after: Date): Date | undefined
  /** The newest time up to an instant, that instant included. */
  newest(until: Date): Date | undefined
}

/** As wide as the column that keeps it. */
const longest = 100
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const
const [hourMs, dayMs] = [unitMs.h, 24 * unitMs.h]

/** Reading an expression takes longer than asking it. */
const known = new Map<string, Timetable>()
const mostKnown = 1_000

/**
 * Reads `cron 30 3 * * *`, `every 15s`, `every 6h from 00:00` or `after-start 30s`.
 * @param zone whose clock it goes by, as `Europe/London`; `every` without `from` goes by no clock
 * @throws NoTimetable saying what is wrong with it
 */
export function timetable(text: string, zone: string): Timetable {
  const key = `${zone} ${text}`
  const found = known.get(key)
  if (found) return found
  const made = read(text, zone)
  if (known.size >= mostKnown) known.clear()
  known.set(key, made)
  return made
}

function read(text: string, zone: string): Timetable {
  if (text.length > longest) throw new NoTimetable(`at most ${longest} characters`)
  assertZone(zone)
  const [, cron] = /^cron (.*)$/.exec(text) ?? []
  if (cron !== undefined) return byCron(text, zone, cron)
  const [, word, count, unit, from] = /^(every|after-start) (\d{1,5})([smh])(?: from (.*))?$/.exec(text) ?? []
  if (!word || !unit || (word === 'after-start' && from !== undefined))
    throw new NoTimetable(`${text}: cron …, every … or after-start … is expected`)
  const ms = Number(count) * unitMs[unit as keyof typeof unitMs]
  if (ms < 1_000 || ms > dayMs) throw new NoTimetable(`${text}: from 1s to 24h`)
  if (word === 'after-start')
    return { text, zone, kind: 'after-start', isDaily: false, afterMs: ms, ...never }
  return from === undefined ? byEpoch(text, zone, ms) : byClock(text, zone, { ms, from })
}

const never = { next: () => undefined, newest: () => undefined }

/** An offset is no zone: it knows of no summer time. */
const zoneName = /^[A-Za-z_]+(?:\/[A-Za-z_+-]+)*$/

function assertZone(zone: string): void {
  const refused = new NoTimetable(`${zone || 'nothing'} is no time zone: one as Europe/London is expected`)
  if (!zoneName.test(zone)) throw refused
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone })
  } catch {
    throw refused
  }
}

/** Multiples of the interval since 1970, whatever clocks do: no release and no restart moves them. */
function byEpoch(text: string, zone: string, ms: number): Timetable {
  const newest = (until: Date) => new Date(Math.floor(until.getTime() / ms) * ms)
  const next = (after: Date) => new Date(newest(after).getTime() + ms)
  return { text, zone, kind: 'interval', isDaily: false, next, newest }
}

/** From a time of day on, by the clock, the same on each day. */
function byClock(text: string, zone: string, { ms, from }: { ms: number; from: string }): Timetable {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(from) ?? []
  if (hour === undefined) throw new NoTimetable(`${text}: from 00:00 to 23:59`)
  if (hourMs % ms && (ms % hourMs || dayMs % ms))
    throw new NoTimetable(`${text}: an hour, or the day, is no multiple of it`)
  const start = Number(hour) * hourMs + Number(minute) * unitMs.m
  const patterns =
    ms <= hourMs
      ? [`${within(start, ms)} * * * *`]
      : multiples(start % ms, ms, dayMs).map((at) => `0 ${Number(minute)} ${Math.floor(at / hourMs)} * * *`)
  return { ...ofPatterns(patterns, zone), text, zone, kind: 'interval', isDaily: ms === dayMs }
}

/** Seconds and minutes of an hour, as cron writes them. */
function within(start: number, ms: number): string {
  const all = multiples(start % ms, ms, hourMs)
  const list = (values: readonly number[]) => [...new Set(values)].sort((one, other) => one - other).join(',')
  return `${list(all.map((at) => (at % unitMs.m) / unitMs.s))} ${list(all.map((at) => Math.floor(at / unitMs.m)))}`
}

const multiples = (start: number, step: number, end: number): number[] =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => start + index * step)

function byCron(text: string, zone: string, pattern: string): Timetable {
  const parts = pattern.trim().split(/ +/)
  const [minute = '', hour = ''] = parts
  if (parts.length !== 5)
    throw new NoTimetable(`${text}: cron has five parts: minute, hour, day, month, weekday`)
  const isTime = /^\d+$/.test(minute)
  // Of hours in a list each is a time of day: the clock that changes skips none of them, and repeats none.
  const hours = /^\d+(?:,\d+)*$/.test(hour) && isTime ? hour.split(',') : [hour]
  const patterns = hours.map((each) => ['0', minute, each, ...parts.slice(2)].join(' '))
  const of = ofPatterns(patterns, zone, text)
  if (!of.next(new Date())) throw new NoTimetable(`${text}: never comes`)
  return { ...of, text, zone, kind: 'cron', isDaily: isTime && /^\d+$/.test(hour) }
}

/** Whichever of several comes first. What was found is remembered until it is over: it is asked for again and again. */
function ofPatterns(
  patterns: readonly string[],
  zone: string,
  text = patterns.join(),
): Pick<Timetable, 'next' | 'newest'> {
  const crons = patterns.map((pattern) => cronOf(pattern, zone, text))
  const next = (after: Date) => least(crons.map((cron) => cron.nextRun(after)))
  // It gives what is before an instant.
  const newest = (until: Date) =>
    most(crons.map((cron) => cron.previousRuns(1, new Date(until.getTime() + 1))[0]))
  let last: { readonly from: Date; readonly to: Date } | undefined
  const found = new Map<number, Date | undefined>()
  const nextOf = (after: Date) => {
    if (last && last.from <= after && after < last.to) return last.to
    const key = after.getTime()
    if (!found.has(key)) {
      if (found.size >= mostKnown) found.clear()
      found.set(key, next(after))
    }
    return found.get(key)
  }
  const newestOf = (until: Date) => {
    if (last && last.from <= until && until < last.to) return last.from
    const [from, to] = [newest(until), next(until)]
    if (from && to) last = { from, to }
    return from
  }
  return { next: nextOf, newest: newestOf }
}

function cronOf(pattern: string, zone: string, text: string): Cron {
  try {
    return new Cron(pattern, { timezone: zone, paused: true, mode: '6-part' })
  } catch (cause) {
    throw new NoTimetable(`${text}: no cron expression`, { cause })
  }
}

const timesOf = (dates: readonly (Date | null | undefined)[]): number[] =>
  dates.flatMap((date) => (date ? [date.getTime()] : []))
const least = (dates: readonly (Date | null | undefined)[]): Date | undefined => {
  const times = timesOf(dates)
  return times.length ? new Date(Math.min(...times)) : undefined
}
const most = (dates: readonly (Date | null | undefined)[]): Date | undefined => {
  const times = timesOf(dates)
  return times.length ? new Date(Math.max(...times)) : undefined
}
