import { addDays, dayOf, isTime, toLondon, type LocalDay } from '#shared/clock'
import type { JobName } from '#shared/contracts'
import { dueAt, isTooLate, runsOn, type JobRun, type ScheduledJob } from '#shared/jobs'

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
  /** Where nothing was ever fired: since when somebody has looked. What was due before is no outage: nothing ran here yet. */
  readonly newSince?: Date | undefined
}

const minuteMs = 60_000
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
  const { now, schedule, catchUpMinutes, recorded, newSince = new Date(0) } = situation
  const due: DueRun[] = []
  const missed: DueRun[] = []
  for (const scheduled of schedule) {
    const ran = recorded
      .filter(({ job, date }) => job === scheduled.job && isTime(date))
      .map(({ date }) => date)
    const missedFrom = dayAfterLast(ran, now) ?? catchUpFrom(now, catchUpMinutes)
    for (const run of runsUntil(now, scheduled, lookBackFrom(now, catchUpMinutes))) {
      if (ran.includes(run.date)) continue
      if (!isTooLate(run.due, now, catchUpMinutes)) due.push(run)
      else if (run.date >= missedFrom && run.due >= newSince) missed.push(run)
    }
  }
  return { due, missed }
}

/** Every run of a job from a day on that is due by now, earliest first. */
function runsUntil(now: Date, { job, time, days }: ScheduledJob, from: LocalDay): DueRun[] {
  const today = dayOf(toLondon(now))
  const runs: DueRun[] = []
  for (let date = from; date <= today; date = addDays(date, 1)) {
    if (!runsOn({ days }, date)) continue
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
