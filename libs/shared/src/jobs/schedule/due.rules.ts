import {
  addDays,
  dayOf,
  fromLondon,
  isTime,
  toLondon,
  type LocalDay,
  type LocalTime,
} from '../../clock/index.js'
import { slotOfTime, type Slot } from '../../contracts/index.js'
import type { ScheduledJob } from './scheduled-jobs.rules.js'

type Timed = Pick<ScheduledJob, 'timetable'>

const minuteMs = 60_000

/** When a job that is by the day is due on a London day; undefined where it does not run on it. */
export function dueOn({ timetable }: Timed, date: LocalDay): Date | undefined {
  const due = timetable?.next(new Date(fromLondon(`${date} 00:00:00`).getTime() - 1))
  return due && dayOf(toLondon(due)) === date ? due : undefined
}

/** Which run of a job it is that is due at an instant. */
export const slotOf = ({ declared: { by } }: Pick<ScheduledJob, 'declared'>, due: Date): Slot =>
  by === 'day' ? dayOf(toLondon(due)) : slotOfTime(due)

/** What is due is fired while it is less than so many minutes late. */
export const isTooLate = (due: Date, now: Date, catchUpMinutes: number): boolean =>
  now.getTime() - due.getTime() >= catchUpMinutes * minuteMs

/** The first instant after `now` at which the job is due: at that very minute, it is the one after. Undefined while it is paused. */
export const nextRun = (
  { timetable, paused }: Timed & Pick<ScheduledJob, 'paused'>,
  now: Date,
): Date | undefined => (paused ? undefined : timetable?.next(now))

/** The last time at which the job was due since somebody changed it; of one that nobody did, or that is paused, there is none. */
export function lastRunSinceChange(
  { timetable, paused, since }: Timed & Pick<ScheduledJob, 'paused' | 'since'>,
  now: Date,
): Date | undefined {
  const last = paused || !since ? undefined : timetable?.newest(now)
  return last && since && last >= since ? last : undefined
}

/** Whether a job that is to run has nothing to run by: a fault that nobody would see otherwise. */
export const hasNoNextRun = (
  { timetable, paused }: Timed & Pick<ScheduledJob, 'paused'>,
  now: Date,
): boolean => !paused && timetable?.kind !== 'after-start' && timetable?.next(now) === undefined

/**
 * When something was fired here first; undefined in a fresh installation, in which nobody has missed anything. What is due
 * by times is fired soon, and says nothing of it.
 * @param firstFired of each job, in London time
 */
export function firstFiring(
  jobs: readonly Pick<ScheduledJob, 'job' | 'declared'>[],
  firstFired: ReadonlyMap<string, LocalTime>,
): Date | undefined {
  const byTime = new Set(jobs.filter(({ declared }) => declared.by === 'time').map(({ job }) => job))
  const times = [...firstFired].filter(([job, time]) => !byTime.has(job) && isTime(time))
  return earliest(...times.map(([, time]) => fromLondon(time)))
}

/** The first of them, of those that there are. */
export const earliest = (...times: readonly (Date | undefined)[]): Date | undefined =>
  times.reduce((first, time) => (!first || (time && time < first) ? time : first), undefined)

/** The times of a London day at which a job is due, the first ones first; at most so many. */
export function timesOn({ timetable }: Timed, date: LocalDay, most: number): Date[] {
  const end = fromLondon(`${addDays(date, 1)} 00:00:00`)
  const times: Date[] = []
  let at = timetable?.next(new Date(fromLondon(`${date} 00:00:00`).getTime() - 1))
  for (; at && at < end && times.length < most; at = timetable?.next(at)) times.push(at)
  return times
}
