import { Module } from '@nestjs/common'
import { FireJob } from './fire-job.js'
import { ScheduleRuns } from './schedule-runs.repository.js'

/** For whoever fires jobs: the scheduler by the clock, an operator by hand. */
@Module({ providers: [ScheduleRuns, FireJob], exports: [ScheduleRuns, FireJob] })
export class JobsModule {}
