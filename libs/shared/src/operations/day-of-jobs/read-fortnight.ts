import { addDays, dayOf, fromLondon, toLondon, type LocalDay, type LocalTime } from '../../clock/index.js'
import type { Environment } from '../../config/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { unfiredState, type Firing, type JobState } from './day-of-jobs.rules.js'
import { JobRecords, type AskedFor } from './job-records.repository.js'
import { readSchedule } from './read-schedule.js'

/** How a job stood on a day. */
export interface JobOnDay {
  readonly job: string
  readonly state: JobState
  readonly fired: LocalTime | null
  /** After it was due, in milliseconds; null where it was not fired. */
  readonly lateMs: number | null
  /** Who fired it by hand; null where the scheduler did. */
  readonly by: string | null
}

export interface DayOfFortnight {
  readonly date: LocalDay
  readonly jobs: readonly JobOnDay[]
}

const fortnight = 14

/** Today and the days before it: when each job was fired, caught up or missed, and by whom. In four questions. */
export async function readFortnight(
  parts: { readonly env: Environment; readonly connection: DatabaseConnection },
  now: Date,
): Promise<DayOfFortnight[]> {
  const read = await readSchedule(parts, now)
  // Of what comes many times a day, each day would say the same.
  const schedule = read.schedule.filter(({ declared: { by } }) => by === 'day')
  const today = dayOf(toLondon(now))
  const dates = Array.from({ length: fortnight }, (_, back) => addDays(today, -back))
  const records = new JobRecords(parts.connection)
  const firings = await records.firingsBetween(dates.at(-1) ?? today, today)
  const { firstFired } = await records.fired()
  const asked = await records.askedFor(firings.map(({ job, date }) => targetOf(job, date)))
  return dates.map((date) => ({
    date,
    jobs: schedule.map((scheduled): JobOnDay => {
      const { job } = scheduled
      const firing = firings.find((each) => each.job === job && each.date === date)
      if (!firing) {
        const state = unfiredState(scheduled, { ...read, date, now, firstFired })
        return { job, state, fired: null, lateMs: null, by: null }
      }
      const lateMs = fromLondon(firing.fired).getTime() - fromLondon(firing.due).getTime()
      const ofDay = asked.filter(({ target }) => target === targetOf(job, date))
      const by = firedBy(firing, ofDay)
      return { job, state: 'fired', fired: firing.fired, lateMs, by }
    }),
  }))
}

const targetOf = (job: string, date: LocalDay): string => `${job} for ${date}`

/** By hand a job is due as somebody asks for it. Whoever asks for what was fired before, or has it fired again, did not. */
const firedBy = ({ due, fired }: Firing, asked: readonly AskedFor[]): string | null =>
  asked.find(({ started, ended }) => ended !== null && started <= due && fired <= ended)?.person ?? null
