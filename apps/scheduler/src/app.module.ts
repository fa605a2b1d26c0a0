import { Module } from '@nestjs/common'
import { ScheduleModule } from '@nestjs/schedule'
import type { Environment } from '#shared/config'
import { JobsModule } from '#shared/schedule'
import { ENVIRONMENT } from '#shared/service'
import { PublishDue } from './publish-due/publish-due.service.js'
import { PublishDueTimer } from './publish-due/publish-due.timer.js'
import { SchedulerSettings } from './scheduler.settings.js'

@Module({
  imports: [ScheduleModule.forRoot(), JobsModule],
  providers: [
    {
      provide: SchedulerSettings,
      useFactory: (env: Environment) => new SchedulerSettings(env),
      inject: [ENVIRONMENT],
    },
    PublishDue,
    PublishDueTimer,
  ],
})
export class AppModule {}
