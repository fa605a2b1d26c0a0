import { z } from 'zod'
import { action } from './action.js'
import { jobName, sayOfJob, whenWords } from './job-schedule.js'

/** Has a job fired again, from its next time on: what it was not fired for meanwhile is not caught up. */
export const resumeJob = action({
  title: 'resume a job',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({ job: jobName }),
  target: ({ job }) => job,
  run: ({ job }, parts, doing) => sayOfJob(job, { state: 'ACTIVE' }, parts, doing),
  words: (said) => `${said.job} is fired again: ${whenWords(said)}`,
})
