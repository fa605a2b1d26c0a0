import { fromLondon, normalise, toLondon, type LocalDay, type LocalTime } from '../../clock/index.js'
import {
  earliest,
  firstFiring,
  hasNoNextRun,
  jobRunState,
  dueOn,
  isTooLate,
  nextRun,
  timesOn,
  type ScheduledJob,
  type ScheduleWord,
} from '../../jobs/index.js'

/** A job was fired for the day. */
export interface Firing {
  readonly job: string
  readonly due: LocalTime
  readonly fired: LocalTime
}

/** A row of `AsyncSchema.JobRun`. */
export interface ConsumerRun {
  readonly consumer: string
  readonly messageId: string
  readonly date: LocalDay
  readonly state: string
  readonly reason: string | null
  readonly rows: number
  readonly started: LocalTime
  readonly lastHeard: LocalTime
  readonly ended: LocalTime | null
}

/** What is known of a day and of the days before it. */
export interface DayKnown {
  readonly date: LocalDay
  readonly now: Date
  readonly schedule: readonly ScheduledJob[]
  readonly catchUpMinutes: number
  readonly firings: readonly Firing[]
  readonly firstFired: ReadonlyMap<string, LocalTime>
  readonly lastFired: ReadonlyMap<string, LocalTime>
  /** Of the day, and of those before it that tell of consumers. */
  readonly runs: readonly ConsumerRun[]
  /** The server's consumers by subject; undefined where it is away. */
  readonly consumers: ReadonlyMap<string, readonly string[]> | undefined
}

/** `due`: it can still be caught up. `missed`: it cannot. `no-next-run`: nothing it could be due by can be gone by. */
export type JobState =
  | 'fired'
  | 'not-due-yet'
  | 'due'
  | 'missed'
  | 'not-on-this-day'
  | 'before-the-first-start'
  | 'before-it-was-changed'
  | 'paused'
  | 'no-next-run'

/** Nobody has missed it, for it was not to be fired then. */
export const wasNotMeant = (state: JobState): boolean =>
  state === 'not-on-this-day' || state === 'before-the-first-start' || state === 'before-it-was-changed'

/** `not-run`: fired, and nothing is written down of it. Where it was not fired, what is the matter with the job. */
export type ConsumerState =
  | 'done'
  | 'running'
  | 'retrying'
  | 'failed'
  | 'not-run'
  | Exclude<JobState, 'fired'>

export interface ConsumerDay {
  readonly consumer: string
  readonly messageId: string | null
  readonly state: ConsumerState
  readonly reason: string | null
  readonly rows: number | null
  readonly started: LocalTime | null
  readonly lastHeard: LocalTime | null
  readonly ended: LocalTime | null
  readonly tookMs: number | null
}

export interface JobDay {
  readonly job: string
  readonly state: JobState
  readonly due: LocalTime | null
  readonly fired: LocalTime | null
  readonly lastFired: LocalTime | null
  /** Null while it is paused, or where there is none. */
  readonly next: LocalTime | null
  /** When it is due, as `cron 30 4 * * *`. */
  readonly when: string
  readonly zone: string
  /** Whether the code and the settings say when. */
  readonly isDefault: boolean
  readonly paused: boolean
  /** Why it has no next run, though it is to run. */
  readonly refused: string | null
  /** Who said last that it is to be otherwise, or as it was. */
  readonly changed: ScheduleWord | null
  /** Of a job that is due by times: how often it was fired on the day. */
  readonly times: number | null
  readonly consumers: readonly ConsumerDay[]
}

/** So many times of a day are looked at to find the newest. */
const mostTimes = 2_000

/** The day, job by job. Domain: `daily-and-payments.md`, "Schedules". */
export const dayOfJobs = (known: DayKnown): JobDay[] =>
  known.schedule.map((scheduled) => jobDay(scheduled, known))

function jobDay(scheduled: ScheduledJob, known: DayKnown): JobDay {
  const { job, declared, timetable, paused, refused, changed } = scheduled
  const firings = known.firings.filter((each) => each.job === job)
  const firing = firings.at(-1)
  const state = firing ? 'fired' : unfiredState(scheduled, known)
  const due = dueOnDay(scheduled, known)
  const last = known.lastFired.get(job)
  const next = nextRun(scheduled, known.now)
  return {
    job,
    state,
    due: firing ? normalise(firing.due) : due ? toLondon(due) : null,
    fired: firing ? normalise(firing.fired) : null,
    lastFired: last === undefined ? null : normalise(last),
    next: next ? toLondon(next) : null,
    ...{ when: timetable?.text ?? '', zone: timetable?.zone ?? '', paused, refused: refused ?? null },
    isDefault: timetable?.text === declared.when,
    changed: changed ?? null,
    times: declared.by === 'day' ? null : firings.length,
    consumers: consumerDays(scheduled, state, known),
  }
}

/** Of a job that is due by times: the newest that has come, or the first one to come. */
function dueOnDay(scheduled: ScheduledJob, { date, now }: Pick<DayKnown, 'date' | 'now'>): Date | undefined {
  if (scheduled.declared.by === 'day') return dueOn(scheduled, date)
  const times = timesOn(scheduled, date, mostTimes)
  return times.filter((time) => time <= now).at(-1) ?? times[0]
}

/** What is the matter with a job that was not fired for a day. */
export function unfiredState(
  scheduled: ScheduledJob,
  known: Pick<DayKnown, 'date' | 'now' | 'schedule' | 'catchUpMinutes' | 'firstFired'>,
): Exclude<JobState, 'fired'> {
  const { date, now, schedule, catchUpMinutes, firstFired } = known
  if (scheduled.paused) return 'paused'
  if (hasNoNextRun(scheduled, now)) return 'no-next-run'
  const due = dueOnDay(scheduled, { date, now })
  if (!due) return 'not-on-this-day'
  // What was due before somebody changed it, or let it go on, nobody has missed.
  if (due < (scheduled.since ?? due)) return 'before-it-was-changed'
  if (due > now) return 'not-due-yet'
  if (!isTooLate(due, now, catchUpMinutes)) return 'due'
  // What was due before there was a scheduler here, nobody has missed.
  const began = earliest(scheduled.known, firstFiring(schedule, firstFired))
  return began && due >= began ? 'missed' : 'before-the-first-start'
}

function consumerDays(
  { declared: { subject } }: ScheduledJob,
  jobState: JobState,
  known: DayKnown,
): ConsumerDay[] {
  const fromJob = known.runs.filter(({ messageId }) => messageId.startsWith(`${subject}.`))
  const seen = fromJob.filter(({ date }) => !known.consumers || date === known.date)
  const deployed = known.consumers?.get(subject) ?? []
  const names = [...new Set([...deployed, ...seen.map(({ consumer }) => consumer)])].sort()
  return names.flatMap((consumer) => {
    const runs = known.runs.filter((run) => run.consumer === consumer && run.date === known.date)
    return runs.length ? runs.map(ofRun) : [withoutRun(consumer, jobState)]
  })
}

function ofRun(run: ConsumerRun): ConsumerDay {
  const [started, lastHeard] = [normalise(run.started), normalise(run.lastHeard)]
  const ended = run.ended === null ? null : normalise(run.ended)
  const tookMs = ended === null ? null : fromLondon(ended).getTime() - fromLondon(started).getTime()
  const { consumer, messageId, reason, rows } = run
  return { consumer, messageId, state: runState(run), reason, rows, started, lastHeard, ended, tookMs }
}

function runState({ state, reason }: ConsumerRun): ConsumerState {
  if (state === jobRunState.done) return 'done'
  if (state === jobRunState.failed) return 'failed'
  // A reason stays while the next attempt is under way.
  return reason === null ? 'running' : 'retrying'
}

const withoutRun = (consumer: string, jobState: JobState): ConsumerDay => ({
  consumer,
  messageId: null,
  state: jobState === 'fired' ? 'not-run' : jobState,
  reason: null,
  rows: null,
  started: null,
  lastHeard: null,
  ended: null,
  tookMs: null,
})
