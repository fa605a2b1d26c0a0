import { Module } from '@nestjs/common'
import { ScheduleModule } from '@nestjs/schedule'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { JobsModule, ScheduleSettings } from '#shared/jobs'
import { AnnounceDeadLettersHandler } from './announce-dead-letters/announce-dead-letters.handler.js'
import { AnnounceEndedEndpointsHandler } from './announce-ended-endpoints/announce-ended-endpoints.handler.js'
import { AnnounceFailedNotificationsHandler } from './announce-failed-notifications/announce-failed-notifications.handler.js'
import { AnnounceMissedJobsHandler } from './announce-missed-jobs/announce-missed-jobs.handler.js'
import { AnnouncePrisonRegistersHandler } from './announce-prison-registers/announce-prison-registers.handler.js'
import { ChatModule } from './chat/chat.module.js'
import { MissedJobsPublisher } from './publish-due/missed-jobs.publisher.js'
import { PublishDue } from './publish-due/publish-due.service.js'
import { PublishDueTimer } from './publish-due/publish-due.timer.js'
import { ScheduleGauges } from './show-schedule/schedule-gauges.js'

@Module({
  imports: [ScheduleModule.forRoot(), JobsModule, ChatModule],
  controllers: [
    AnnounceDeadLettersHandler,
    AnnounceMissedJobsHandler,
    AnnouncePrisonRegistersHandler,
    AnnounceFailedNotificationsHandler,
    AnnounceEndedEndpointsHandler,
  ],
  providers: [
    {
      provide: ScheduleSettings,
      useFactory: (env: Environment) => new ScheduleSettings(env),
      inject: [ENVIRONMENT],
    },
    MissedJobsPublisher,
    PublishDue,
    PublishDueTimer,
    ScheduleGauges,
  ],
})
export class AppModule {}
