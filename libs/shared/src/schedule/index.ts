export { FireJob, NatsAway, type Fired } from './fire-job.js'
export { isJobName, jobNames, jobSubjects, type JobName } from './jobs.js'
export { JobsModule } from './jobs.module.js'
export { ScheduleRuns, type JobRun } from './schedule-runs.repository.js'
