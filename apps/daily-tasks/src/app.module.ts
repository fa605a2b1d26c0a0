import { Module } from '@nestjs/common'
import type { Environment } from '#shared/config'
import { JobRuns, PagedJob } from '#shared/jobs'
import { ENVIRONMENT } from '#shared/service'
import { DailyTasksSettings } from './daily-tasks.settings.js'
import { RejectSilentClaimsHandler } from './reject-silent-claims/reject-silent-claims.handler.js'
import { SilentClaims } from './reject-silent-claims/silent-claims.repository.js'

@Module({
  controllers: [RejectSilentClaimsHandler],
  providers: [
    {
      provide: DailyTasksSettings,
      useFactory: (env: Environment) => new DailyTasksSettings(env),
      inject: [ENVIRONMENT],
    },
    JobRuns,
    PagedJob,
    SilentClaims,
  ],
})
export class AppModule {}
