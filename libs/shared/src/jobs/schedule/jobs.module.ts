import { Module } from '@nestjs/common'
import { BrokerClock } from './broker-clock.service.js'
import { FireJob } from './fire-job.js'
import { ScheduleRuns } from './schedule-runs.repository.js'
import { RunsUnderWay } from './runs-under-way.service.js'
import { Schedules } from './schedules.repository.js'

/** For whoever fires jobs: the scheduler by the clock, an operator by hand. */
const parts = [Schedules, ScheduleRuns, BrokerClock, FireJob, RunsUnderWay]

@Module({ providers: parts, exports: parts })
export class JobsModule {}
