export { refuseDayToCome } from './day-to-come.js'
export { cutOff } from './cut-off.js'
export { JobRuns, jobRunState, type JobProgress } from './job-runs.repository.js'
export { PagedJob, pageSize, type AnyJobStage, type JobStage } from './paged-job.js'
