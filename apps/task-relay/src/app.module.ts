import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { BrokerClock, JobRuns, PagedJob } from '#shared/jobs'
import { AdvanceFlows } from './advance-flows/advance-flows.service.js'
import { CancelledFlows } from './advance-flows/cancelled-flows.repository.js'
import { FlowItems } from './advance-flows/flow-items.repository.js'
import { FlowSteps } from './advance-flows/flow-steps.repository.js'
import { OpenFlows } from './advance-flows/open-flows.repository.js'
import { ReopenedFlows } from './advance-flows/reopened-flows.repository.js'
import { StubbornFlows } from './advance-flows/stubborn-flows.service.js'
import { Pace } from './pace.js'
import { PassedOver } from './passed-over/passed-over.service.js'
import { OldRecords } from './prune-records/old-records.repository.js'
import { PruneRecordsHandler } from './prune-records/prune-records.handler.js'
import { ExhaustedMessages } from './record-exhausted/exhausted-messages.js'
import { RecordExhaustedHandler } from './record-exhausted/record-exhausted.handler.js'
import { RelayLoop } from './relay-loop.js'
import { PendingTasks } from './relay-tasks/pending-tasks.repository.js'
import { PublishedPlaces } from './relay-tasks/published-places.service.js'
import { StubbornRows } from './relay-tasks/stubborn-rows.service.js'
import { TaskRelay } from './relay-tasks/task-relay.service.js'
import { QuietMessages } from './republish-quiet/quiet-messages.service.js'
import { QuietRows } from './republish-quiet/quiet-rows.repository.js'
import { ReleaseWaiting } from './release-waiting/release-waiting.service.js'
import { WaitingMessages } from './release-waiting/waiting-messages.repository.js'
import { BacklogGauges } from './show-backlog/backlog-gauges.js'
import { Backlog } from './show-backlog/backlog.repository.js'
import { FlowGauges } from './show-flows/flow-gauges.js'
import { FlowsProgress } from './show-flows/flow-progress.repository.js'
import { TaskRelaySettings } from './task-relay.settings.js'

@Module({
  controllers: [RecordExhaustedHandler, PruneRecordsHandler],
  providers: [
    {
      provide: TaskRelaySettings,
      useFactory: (env: Environment) => new TaskRelaySettings(env),
      inject: [ENVIRONMENT],
    },
    ExhaustedMessages,
    {
      provide: Pace,
      useFactory: ({ pollMs }: TaskRelaySettings) => new Pace(pollMs),
      inject: [TaskRelaySettings],
    },
    PassedOver,
    PendingTasks,
    StubbornRows,
    PublishedPlaces,
    TaskRelay,
    QuietRows,
    QuietMessages,
    BrokerClock,
    WaitingMessages,
    ReleaseWaiting,
    OpenFlows,
    FlowSteps,
    FlowItems,
    CancelledFlows,
    ReopenedFlows,
    StubbornFlows,
    AdvanceFlows,
    RelayLoop,
    JobRuns,
    PagedJob,
    OldRecords,
    Backlog,
    BacklogGauges,
    FlowsProgress,
    FlowGauges,
  ],
})
export class AppModule {}
