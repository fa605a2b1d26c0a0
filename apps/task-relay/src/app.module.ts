import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { JobRuns, PagedJob } from '#shared/jobs'
import { PassedOver } from './passed-over/passed-over.service.js'
import { OldRecords } from './prune-records/old-records.repository.js'
import { PruneRecordsHandler } from './prune-records/prune-records.handler.js'
import { RecordExhaustedHandler } from './record-exhausted/record-exhausted.handler.js'
import { RelayLoop } from './relay-loop.js'
import { RelayTasksRepository } from './relay-tasks/relay-tasks.repository.js'
import { StubbornRows } from './relay-tasks/stubborn-rows.service.js'
import { TaskRelay } from './relay-tasks/task-relay.service.js'
import { QuietMessages } from './republish-quiet/quiet-messages.service.js'
import { RepublishQuietRepository } from './republish-quiet/republish-quiet.repository.js'
import { BacklogGauges } from './show-backlog/backlog-gauges.js'
import { Backlog } from './show-backlog/backlog.repository.js'
import { RelaySettings } from './task-relay.settings.js'

@Module({
  controllers: [RecordExhaustedHandler, PruneRecordsHandler],
  providers: [
    {
      provide: RelaySettings,
      useFactory: (env: Environment) => new RelaySettings(env),
      inject: [ENVIRONMENT],
    },
    PassedOver,
    RelayTasksRepository,
    StubbornRows,
    TaskRelay,
    RepublishQuietRepository,
    QuietMessages,
    RelayLoop,
    JobRuns,
    PagedJob,
    OldRecords,
    Backlog,
    BacklogGauges,
  ],
})
export class AppModule {}
