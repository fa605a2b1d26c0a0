import { OwnError } from '../logging/own-error.js'

/**
 * A UK wall-clock time as the databases hold it, `YYYY-MM-DD HH:MM:SS.mmm`, with no zone.
 * Two of them compare as text.
 */
export type LocalTime = string
/** A London day, `YYYY-MM-DD`. */
export type LocalDay = string

const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** The second that was asked for last: "now" is asked for many times in one. */
let last = { second: Number.NaN, text: '' }

/** The London wall clock at an instant, summer time included. */
export function toLondon(instant: Date): LocalTime {
  const second = Math.floor(instant.getTime() / 1_000)
  if (last.second !== second) last = { second, text: secondInLondon(instant) }
  return `${last.text}.${String(instant.getUTCMilliseconds()).padStart(3, '0')}`
}

function secondInLondon(instant: Date): string {
  const part: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(instant)) part[type] = value
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`
}

/** The instant of a London wall-clock time; in the hour that happens twice, the first of them. */
export function fromLondon(time: LocalTime): Date {
  const asUtc = asUtcDate(time)
  const summer = new Date(asUtc.getTime() - 3_600_000)
  return toLondon(summer) === normalise(time) ? summer : asUtc
}

/** Every instant of a London wall-clock time: two in the hour that happens twice. */
export function instantsOf(time: LocalTime): Date[] {
  const first = fromLondon(time)
  const second = new Date(first.getTime() + 3_600_000)
  return toLondon(second) === normalise(time) ? [first, second] : [first]
}

/**
 * The last wall-clock time that has come whichever way it is read: in the hour that is to happen again, the moment before
 * it began.
 */
export function surelyCome(now: Date): LocalTime {
  const shown = toLondon(now)
  const again = instantsOf(shown)[1]
  if (again === undefined || again <= now) return shown
  return toLondon(new Date(fromLondon(`${shown.slice(0, 13)}:00:00`).getTime() - 1))
}

/** Any accepted spelling (a `T`, missing time, seconds or milliseconds) in the one this project writes. */
export function normalise(time: string): LocalTime {
  return asUtcDate(time).toISOString().replace('T', ' ').slice(0, 23)
}

/** Whether it is a time or a day at all. A row may hold anything, and one of them must not hide the others. */
export const isTime = (value: unknown): value is LocalTime =>
  typeof value === 'string' && !Number.isNaN(parsed(value).getTime())

/** A time as a person is shown it; of what is none, only that. */
export const shownTime = (value: LocalTime): string => (isTime(value) ? normalise(value) : 'no time')

const parsed = (time: string): Date =>
  new Date(`${time.length === 10 ? `${time} 00:00` : time}Z`.replace(' ', 'T'))

function asUtcDate(time: string): Date {
  const date = parsed(time)
  if (Number.isNaN(date.getTime()))
    throw new OwnError('not a date and time of the form YYYY-MM-DD HH:MM:SS.mmm')
  return date
}

/** The day of a wall-clock time. */
export const dayOf = (time: LocalTime): LocalDay => time.slice(0, 10)

/** The day `days` after (or, negative, before) a day. */
export function addDays(day: LocalDay, days: number): LocalDay {
  const date = asUtcDate(dayOf(day))
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The same day `years` later; 29 February becomes 1 March in a common year. */
export function addYears(day: LocalDay, years: number): LocalDay {
  const date = asUtcDate(dayOf(day))
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return date.toISOString().slice(0, 10)
}

/** The first day of the day's month. */
export const startOfMonth = (day: LocalDay): LocalDay => `${day.slice(0, 7)}-01`

/** 1 for Monday to 7 for Sunday. */
export function weekday(day: LocalDay): number {
  return asUtcDate(dayOf(day)).getUTCDay() || 7
}
