import { addDays, dayOf, isTime, toLondon, type LocalDay } from '#shared/clock'
import { timeOfSlot, type Slot } from '#shared/contracts'
import { dueOn, earliest, isTooLate, slotOf, type JobRun, type ScheduledJob } from '#shared/jobs'

/** A run of a job that is not recorded, and the instant from which it is due. */
export interface DueRun {
  readonly job: ScheduledJob
  readonly slot: Slot
  readonly due: Date
}

export interface Situation {
  readonly now: Date
  readonly schedule: readonly ScheduledJob[]
  readonly catchUpMinutes: number
  /** The runs since `lookBackFrom`, of the jobs that are by the day. */
  readonly recorded: readonly JobRun[]
  /** The newest run of each of the others. */
  readonly newest?: ReadonlyMap<string, Slot>
  /** Since when somebody has looked, or fired. What was due before is no outage: nothing ran here yet. */
  readonly newSince?: Date | undefined
}

interface Decided {
  readonly due: readonly DueRun[]
  readonly missed: readonly DueRun[]
}

const minuteMs = 60_000
const lookBackDays = 14
const longAgo = new Date(0)

/** The earliest day that is looked at. */
export const lookBackFrom = (now: Date, catchUpMinutes: number): LocalDay =>
  addDays(catchUpFrom(now, catchUpMinutes), -lookBackDays)

/**
 * Which runs are to be fired now, and which have been missed and are too late. A job that is paused has neither, and
 * what was due before somebody changed it, or let it go on, is not caught up. Domain: `daily-and-payments.md`, "Schedules".
 */
export function decideDue(situation: Situation): { due: DueRun[]; missed: DueRun[] } {
  const decided = situation.schedule
    .filter(({ paused }) => !paused)
    .map((job) => (job.declared.by === 'day' ? byDay(job, situation) : byTime(job, situation)))
  return { due: decided.flatMap(({ due }) => due), missed: decided.flatMap(({ missed }) => missed) }
}

/**
 * Each day has its run: less than `catchUpMinutes` late is not too late. Missed runs are told back to the job's last run;
 * of a job that never ran, only those just missed.
 */
function byDay(job: ScheduledJob, { now, catchUpMinutes, recorded, newSince = longAgo }: Situation): Decided {
  const ran = recorded.filter((run) => run.job === job.job && isTime(run.date)).map(({ date }) => date)
  const missedFrom = dayAfterLast(ran, now) ?? catchUpFrom(now, catchUpMinutes)
  const open = runsUntil(now, job, lookBackFrom(now, catchUpMinutes)).filter(
    ({ slot, due }) => !ran.includes(slot) && due >= (job.since ?? longAgo),
  )
  const since = earliest(job.known, newSince) ?? longAgo
  return {
    due: open.filter(({ due }) => !isTooLate(due, now, catchUpMinutes)),
    missed: open.filter(
      ({ slot, due }) => isTooLate(due, now, catchUpMinutes) && slot >= missedFrom && due >= since,
    ),
  }
}

/**
 * Of times only the newest counts: an interval's is never too late, for the next one takes its place. Before a job was
 * known, an interval had no runs.
 */
function byTime(job: ScheduledJob, { now, catchUpMinutes, newest, newSince = longAgo }: Situation): Decided {
  const due = job.timetable?.newest(now)
  const last = timeOfSlot(newest?.get(job.job) ?? '')
  // By a clock that was ahead: it keeps nothing from being fired.
  const before = last && last <= now ? last : undefined
  const none = { due: [], missed: [] }
  if (!due || due < (job.since ?? longAgo) || (before && due <= before)) return none
  const run = { job, slot: slotOf(job, due), due }
  if (job.timetable?.kind === 'interval')
    return before || due >= (job.known ?? now) ? { ...none, due: [run] } : none
  if (!isTooLate(due, now, catchUpMinutes)) return { ...none, due: [run] }
  return before && due >= newSince ? { ...none, missed: [run] } : none
}

/** Every run of a job from a day on that is due by now, earliest first. */
function runsUntil(now: Date, job: ScheduledJob, from: LocalDay): DueRun[] {
  const today = dayOf(toLondon(now))
  const runs: DueRun[] = []
  for (let date = from; date <= today; date = addDays(date, 1)) {
    const due = dueOn(job, date)
    if (due && due <= now) runs.push({ job, slot: date, due })
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
