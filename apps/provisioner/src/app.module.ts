import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { Flows } from '#shared/flows'
import { JobRuns, PagedJob } from '#shared/jobs'
import { Targets } from '#shared/provisioning'
import { FillTargetHandler } from './fill-target/fill-target.handler.js'
import { GoneSubjects } from './prune-provisioning/gone-subjects.repository.js'
import { EntriesLeftBehind } from './prune-provisioning/left-behind.repository.js'
import { PruneProvisioningHandler } from './prune-provisioning/prune-provisioning.handler.js'
import { ProvisionerSettings } from './provisioner.settings.js'
import { TargetGauges } from './show-targets/target-gauges.js'
import { TargetClient } from './soap/target.client.js'
import { SubjectsController } from './subjects/subjects.controller.js'
import { Subjects } from './subjects/subjects.repository.js'
import { TakeInSubjectHandler } from './take-in-subject/take-in-subject.handler.js'
import { Entries } from './tell-target/entries.repository.js'
import { TellTargetHandler } from './tell-target/tell-target.handler.js'

@Module({
  controllers: [
    TakeInSubjectHandler,
    TellTargetHandler,
    FillTargetHandler,
    PruneProvisioningHandler,
    SubjectsController,
  ],
  providers: [
    {
      provide: ProvisionerSettings,
      useFactory: (env: Environment) => new ProvisionerSettings(env),
      inject: [ENVIRONMENT],
    },
    Flows,
    JobRuns,
    PagedJob,
    Targets,
    Subjects,
    Entries,
    GoneSubjects,
    EntriesLeftBehind,
    TargetClient,
    TargetGauges,
  ],
})
export class AppModule {}
