export { refuseDayToCome } from './paged/day-to-come.js'
export { cutOff } from './paged/cut-off.js'
export { JobRuns, jobRunState, type JobProgress } from './paged/job-runs.repository.js'
export { followedBy, pageSize, type AnyJobStage, type JobStage, type TakingStage } from './paged/job-stage.js'
export { PagedJob } from './paged/paged-job.js'
export { JobsModule } from './schedule/jobs.module.js'
export { ClocksApart, BrokerClock } from './schedule/broker-clock.service.js'
export { RunsUnderWay } from './schedule/runs-under-way.service.js'
export { FireJob, NatsAway } from './schedule/fire-job.js'
export { ScheduleSettings, scheduleSettingsGroup } from './schedule/schedule.settings.js'
export { ScheduleRuns, type JobRun } from './schedule/schedule-runs.repository.js'
export {
  dueOn,
  earliest,
  firstFiring,
  hasNoNextRun,
  isTooLate,
  lastRunSinceChange,
  nextRun,
  slotOf,
  timesOn,
} from './schedule/due.rules.js'
export { jobNamed, london, timetableOf, type DeclaredJob } from './schedule/declared-jobs.js'
export {
  byDefault,
  scheduledJobs,
  type ScheduledJob,
  type ScheduleWord,
} from './schedule/scheduled-jobs.rules.js'
export { Schedules, scheduleState, type ScheduleChange } from './schedule/schedules.repository.js'
export { NoTimetable } from './schedule/timetable.js'
export { jobSubjects } from './schedule/job-subjects.js'
