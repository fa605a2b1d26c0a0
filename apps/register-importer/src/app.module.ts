import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { DocumentsModule } from '#shared/documents'
import { Flows } from '#shared/flows'
import { JobRuns, PagedJob } from '#shared/jobs'
import { CheckPrisonRegisterHandler } from './check-prison-register/check-prison-register.handler.js'
import { LookAtPrisonRegisterHandler } from './look-at-prison-register/look-at-prison-register.handler.js'
import { PrisonChanges } from './prison-changes.repository.js'
import { RegisterFile } from './register-file.js'
import { RegisterImporterSettings } from './register-importer.settings.js'
import { ReportPrisonRegisterHandler } from './report-prison-register/report-prison-register.handler.js'
import { TakeInPrisonHandler } from './take-in-prison/take-in-prison.handler.js'

@Module({
  imports: [DocumentsModule],
  controllers: [
    LookAtPrisonRegisterHandler,
    CheckPrisonRegisterHandler,
    TakeInPrisonHandler,
    ReportPrisonRegisterHandler,
  ],
  providers: [
    {
      provide: RegisterImporterSettings,
      useFactory: (env: Environment) => new RegisterImporterSettings(env),
      inject: [ENVIRONMENT],
    },
    Flows,
    JobRuns,
    PagedJob,
    RegisterFile,
    PrisonChanges,
  ],
})
export class AppModule {}
