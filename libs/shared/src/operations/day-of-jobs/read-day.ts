import { addDays, fromLondon, type LocalDay } from '../../clock/index.js'
import type { Environment } from '../../config/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { briefly } from '../../logging/index.js'
import type { NatsClient } from '../../messaging/index.js'
import type { ScheduledJob } from '../../jobs/index.js'
import { dayOfJobs, type DayKnown, type Firing, type JobDay } from './day-of-jobs.rules.js'
import { scheduleConsumers } from './job-consumers.js'
import { JobRecords } from './job-records.repository.js'
import { readSchedule } from './read-schedule.js'

/** How many days of runs tell which consumers there are, where the server cannot be asked. */
const daysOfRuns = 14

export interface DayRead {
  readonly jobs: readonly JobDay[]
  /** Why not all consumers are known. */
  readonly lacks?: string
}

/**
 * A day of jobs: when each was due and fired, how its consumers' runs went, and when it runs next. Changes nothing.
 * @param env says when the jobs are due
 * @param nats or why it cannot be asked
 */
export async function readDay(
  parts: {
    readonly env: Environment
    readonly connection: DatabaseConnection
    readonly nats: NatsClient | { readonly away: string }
  },
  date: LocalDay,
  now: Date,
): Promise<DayRead> {
  const { consumers, lacks } = await readConsumers(parts.nats)
  const { schedule, catchUpMinutes } = await readSchedule(parts, now)
  const records = new JobRecords(parts.connection)
  const firings = [...(await records.firings(date)), ...(await firingsByTime(records, schedule, date))]
  const fired = await records.fired()
  const runs = await records.runs(addDays(date, -daysOfRuns), date)
  const jobs = dayOfJobs({ date, schedule, catchUpMinutes, firings, ...fired, runs, now, consumers })
  return {
    jobs,
    ...(lacks === undefined
      ? {}
      : { lacks: `listed are only the consumers that ran in the ${daysOfRuns} days before: ${lacks}` }),
  }
}

async function firingsByTime(
  records: JobRecords,
  schedule: readonly ScheduledJob[],
  date: LocalDay,
): Promise<Firing[]> {
  const [from, to] = [date, addDays(date, 1)].map((day) => fromLondon(`${day} 00:00:00`)) as [Date, Date]
  const firings: Firing[] = []
  for (const { job, declared } of schedule)
    if (declared.by === 'time') firings.push(...(await records.firingsOf(job, from, to)))
  return firings
}

async function readConsumers(
  nats: NatsClient | { readonly away: string },
): Promise<{ consumers: DayKnown['consumers']; lacks?: string }> {
  if ('away' in nats) return { consumers: undefined, lacks: nats.away }
  try {
    return { consumers: await nats.unlessSilent(scheduleConsumers(nats.manager)) }
  } catch (error) {
    return { consumers: undefined, lacks: briefly(error) }
  }
}
