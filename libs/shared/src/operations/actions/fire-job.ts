import { z } from 'zod'
import { addDays, dayOf, type LocalDay, type LocalTime } from '../../clock/index.js'
import { jobNames, scheduleBody, slotOfTime, type JobName } from '../../contracts/index.js'
import { pounds } from '../../database/index.js'
import { jobNamed } from '../../jobs/index.js'
import { nextRun, type NextRun } from '../../payments/index.js'
import { OperationFailed } from '../operation-failed.js'
import { action } from './action.js'

/** What is older is more likely a slip of the pen than a day that was missed. */
const mostDaysAgo = 35

interface Fired {
  readonly job: JobName
  readonly date: LocalDay
  readonly fired: boolean
  readonly dateFired: LocalTime | null
  /** What it would pay, where that was asked and it is a payment run. */
  readonly pays?: NextRun
}

const paysWords = ({ claims, topUps, pence, leftOut }: NextRun): string =>
  `it pays ${claims} claims and ${topUps} top-ups, ${pounds(pence).toFixed(2)} pounds, and leaves out ${leftOut}`

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
  async run({ job, date, again, longAgo }, { jobs, jobRuns, clock, connection }, { dryRun }): Promise<Fired> {
    const now = clock.now()
    // Jobs count from their date: they would remind, reject and delete before the time.
    if (date > dayOf(now)) throw new OperationFailed('the date has not come yet')
    if (!longAgo && date < addDays(dayOf(now), -mostDaysAgo))
      throw new OperationFailed(`the date is more than ${mostDaysAgo} days ago: say so if it is meant`)
    const declared = jobNamed(job)
    // By times, a run by hand is one of now, whatever the day.
    const slot = declared.by === 'day' ? date : slotOfTime(clock.instant())
    if (dryRun) {
      const before = await jobRuns.dateFired(job, slot)
      const fired = again || before === undefined
      const pays = fired && job === 'payment-run' ? { pays: await nextRun(connection) } : {}
      return { job, date, fired, dateFired: before ?? null, ...pays }
    }
    // By hand, a job is due when the operator says so.
    const result = await jobs.fire(declared, slot, now, { again })
    return { job, date, fired: result.fired, dateFired: result.fired ? null : result.dateFired }
  },
  words: ({ job, date, fired, dateFired, pays }) =>
    fired
      ? `${job} for ${date}: published${pays ? `; ${paysWords(pays)}` : ''}`
      : `${job} for ${date}: fired already, at ${dateFired?.slice(0, 19)}; not published again`,
})
