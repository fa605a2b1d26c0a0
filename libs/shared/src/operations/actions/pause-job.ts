import { z } from 'zod'
import { action } from './action.js'
import { jobName, sayOfJob } from './job-schedule.js'

/** Keeps a job from being fired until it is resumed, whatever restarts or is wiped: its times pass. */
export const pauseJob = action({
  title: 'pause a job',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({ job: jobName }),
  target: ({ job }) => job,
  run: ({ job }, parts, doing) => sayOfJob(job, { state: 'PAUSED' }, parts, doing),
  words: ({ job }) => `${job} is paused: it is not fired until it is resumed`,
})
