import { addDays, dayOf, fromLondon, normalise, toLondon, weekday, type LocalDay } from '../../clock/index.js'
import type { JobName } from '../../contracts/index.js'

/** A job and when it is due, by the London clock. */
export interface ScheduledJob {
  readonly job: JobName
  /** HH:MM */
  readonly time: string
  readonly days: 'every-day' | 'monday-to-friday'
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Whether the job is to run for the day at all. Domain: `daily-and-payments.md`, "Schedules". */
export const runsOn = ({ days }: Pick<ScheduledJob, 'days'>, date: LocalDay): boolean =>
  days === 'every-day' || weekday(date) <= 5

/**
 * The first instant at which the London clock shows this time of this day, or a later one: the night the clock
 * goes forward skips an hour, the night it goes back has one twice.
 */
export function dueAt(date: LocalDay, time: string): Date {
  const wanted = `${date} ${time}`
  const instant = fromLondon(wanted)
  if (toLondon(instant) === normalise(wanted)) return instant
  // Skipped: the hour that is missing ended, as it began, on the full hour.
  return new Date(Math.floor(instant.getTime() / hourMs) * hourMs)
}

/** What is due is fired while it is less than so many minutes late. */
export const isTooLate = (due: Date, now: Date, catchUpMinutes: number): boolean =>
  now.getTime() - due.getTime() >= catchUpMinutes * minuteMs

/** The first instant after `now` at which the job is due: at that very minute, it is the one after. */
export function nextRun({ time, days }: ScheduledJob, now: Date): Date {
  for (let date = dayOf(toLondon(now)); ; date = addDays(date, 1)) {
    const due = dueAt(date, time)
    if (runsOn({ days }, date) && due > now) return due
  }
}
