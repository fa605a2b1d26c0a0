import type { Environment } from '../../config/index.js'
import { Clock } from '../../clock/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { scheduledJobs, Schedules, ScheduleSettings, type ScheduledJob } from '../../jobs/index.js'

/** Only asked for rows. */
class NoClock extends Clock {
  instant = (): Date => new Date(0)
}

/** The jobs as things stand: by the code, the settings, and what operators say. @param env the scheduler's settings */
export async function readSchedule(
  { env, connection }: { readonly env: Environment; readonly connection: DatabaseConnection },
  now: Date,
): Promise<{ readonly schedule: readonly ScheduledJob[]; readonly catchUpMinutes: number }> {
  const { jobs, catchUpMinutes } = new ScheduleSettings(env)
  const rows = await new Schedules(connection, new NoClock()).rows()
  return { schedule: scheduledJobs(jobs, rows, now), catchUpMinutes }
}
