import { Module } from '@nestjs/common'
import { BrokerClock } from './broker-clock.service.js'
import { FireJob } from './fire-job.js'
import { ScheduleRuns } from './schedule-runs.repository.js'

/** For whoever fires jobs: the scheduler by the clock, an operator by hand. */
@Module({ providers: [ScheduleRuns, BrokerClock, FireJob], exports: [ScheduleRuns, BrokerClock, FireJob] })
export class JobsModule {}
