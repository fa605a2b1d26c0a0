import { Module } from '@nestjs/common'
import { ScheduleModule } from '@nestjs/schedule'
import type { Environment } from '#shared/config'
import { JobsModule, ScheduleSettings } from '#shared/schedule'
import { ENVIRONMENT } from '#shared/service'
import { PublishDue } from './publish-due/publish-due.service.js'
import { PublishDueTimer } from './publish-due/publish-due.timer.js'
import { ScheduleGauges } from './show-schedule/schedule-gauges.js'

@Module({
  imports: [ScheduleModule.forRoot(), JobsModule],
  providers: [
    {
      provide: ScheduleSettings,
      useFactory: (env: Environment) => new ScheduleSettings(env),
      inject: [ENVIRONMENT],
    },
    PublishDue,
    PublishDueTimer,
    ScheduleGauges,
  ],
})
export class AppModule {}
