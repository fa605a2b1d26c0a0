import { z } from 'zod'
import { action } from './action.js'
import { jobName, sayOfJob, whenWords } from './job-schedule.js'

/** Has a job due at other times, or again at those of the code and the settings. */
export const changeJob = action({
  title: 'change when a job is due',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({
    job: jobName,
    /** As `cron 30 4 * * *` or `every 15m`; null: as the code and the settings say. */
    when: z.string().min(1).max(100).nullable(),
    zone: z.string().min(1).max(50).nullable().default(null),
  }),
  target: ({ job }) => job,
  run: ({ job, when, zone }, parts, doing) => sayOfJob(job, { when, zone }, parts, doing),
  words: (said) => `${said.job} is due: ${whenWords(said)}${said.paused ? '; it is paused' : ''}`,
})
