import { z } from 'zod'
import { addDays, dayOf } from '../../clock/index.js'
import { jobNames, scheduleBody } from '../../contracts/index.js'
import { OperationFailed } from '../operation-failed.js'
import { action } from './action.js'

/** What is older is more likely a slip of the pen than a day that was missed. */
const mostDaysAgo = 35

/** Fires a scheduled job by hand, once for its date: what was fired for the date already is left at that. */
export const fireJob = action({
  title: 'fire a job',
  role: 'operator',
  input: z.strictObject({
    job: z.enum(jobNames),
    date: scheduleBody.schema.shape.date,
    /** Also where it was fired before: its event was lost. */
    again: z.boolean().default(false),
    /** Also for a day that is long past. */
    longAgo: z.boolean().default(false),
  }),
  target: ({ job, date }) => `${job} for ${date}`,
  async run({ job, date, again, longAgo }, { jobs, jobRuns, clock }, { dryRun }) {
    const now = clock.now()
    // Jobs count from their date: they would remind, reject and delete before the time.
    if (date > dayOf(now)) throw new OperationFailed('the date has not come yet')
    if (!longAgo && date < addDays(dayOf(now), -mostDaysAgo))
      throw new OperationFailed(`the date is more than ${mostDaysAgo} days ago: say so if it is meant`)
    if (dryRun) {
      const before = await jobRuns.dateFired(job, date)
      return { job, date, fired: again || before === undefined, dateFired: before ?? null }
    }
    // By hand, a job is due when the operator says so.
    const result = await jobs.fire(job, date, now, { again })
    return { job, date, fired: result.fired, dateFired: result.fired ? null : result.dateFired }
  },
  words: ({ job, date, fired, dateFired }) =>
    fired
      ? `${job} for ${date}: published`
      : `${job} for ${date}: fired already, at ${dateFired?.slice(0, 19)}; not published again`,
})
