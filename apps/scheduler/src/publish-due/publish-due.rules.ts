import { addDays, dayOf, fromLondon, normalise, toLondon, weekday, type LocalDay } from '#shared/clock'
import type { JobName, JobRun } from '#shared/schedule'

/** A job and when it is due, by the London clock. */
export interface ScheduledJob {
  readonly job: JobName
  /** HH:MM */
  readonly time: string
  readonly days: 'every-day' | 'monday-to-friday'
}

/** A run of a job that is not recorded, and the instant from which it is due. */
export interface DueRun {
  readonly job: JobName
  readonly date: LocalDay
  readonly due: Date
}

export interface Situation {
  readonly now: Date
  readonly schedule: readonly ScheduledJob[]
  readonly catchUpMinutes: number
  /** The runs since `lookBackFrom`. */
  readonly recorded: readonly JobRun[]
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const lookBackDays = 14

/** The earliest day that is looked at. */
export const lookBackFrom = (now: Date, catchUpMinutes: number): LocalDay =>
  addDays(catchUpFrom(now, catchUpMinutes), -lookBackDays)

/**
 * Which runs are to be fired now, and which have been missed and are too late: less than `catchUpMinutes` late is
 * not. Missed runs are told back to the job's last run; of a job that never ran, only those just missed. Domain:
 * `daily-and-payments.md`, "Schedules".
 */
export function decideDue(situation: Situation): { due: DueRun[]; missed: DueRun[] } {
  const { now, schedule, catchUpMinutes, recorded } = situation
  const due: DueRun[] = []
  const missed: DueRun[] = []
  for (const scheduled of schedule) {
    const ran = recorded.filter(({ job }) => job === scheduled.job).map(({ date }) => date)
    const missedFrom = dayAfterLast(ran, now) ?? catchUpFrom(now, catchUpMinutes)
    for (const run of runsUntil(now, scheduled, lookBackFrom(now, catchUpMinutes))) {
      if (ran.includes(run.date)) continue
      if (now.getTime() - run.due.getTime() < catchUpMinutes * minuteMs) due.push(run)
      else if (run.date >= missedFrom) missed.push(run)
    }
  }
  return { due, missed }
}

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

/** Every run of a job from a day on that is due by now, earliest first. */
function runsUntil(now: Date, { job, time, days }: ScheduledJob, from: LocalDay): DueRun[] {
  const today = dayOf(toLondon(now))
  const runs: DueRun[] = []
  for (let date = from; date <= today; date = addDays(date, 1)) {
    if (days === 'monday-to-friday' && weekday(date) > 5) continue
    const due = dueAt(date, time)
    if (due <= now) runs.push({ job, date, due })
  }
  return runs
}

/** An operator may have fired a job for a date to come: that says nothing of the days before it. */
function dayAfterLast(ran: readonly LocalDay[], now: Date): LocalDay | undefined {
  const today = dayOf(toLondon(now))
  const last = ran
    .filter((date) => date <= today)
    .sort()
    .at(-1)
  return last === undefined ? undefined : addDays(last, 1)
}

const catchUpFrom = (now: Date, catchUpMinutes: number): LocalDay =>
  dayOf(toLondon(new Date(now.getTime() - catchUpMinutes * minuteMs)))
