import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { DocumentsModule, StoredFiles } from '#shared/documents'
import { Flows } from '#shared/flows'
import { JobRuns, PagedJob } from '#shared/jobs'
import { ArchiveColumns } from './archive-claim/archive-columns.js'
import { ArchiveClaimHandler } from './archive-claim/archive-claim.handler.js'
import { ArchivedClaims } from './archive-claim/archived-claims.repository.js'
import { StoredClaims } from './archive-claim/stored-claims.repository.js'
import { ArchiveDatabase } from './archive-database.js'
import { ArchiveOldClaimsHandler } from './archive-old-claims/archive-old-claims.handler.js'
import { OldClaims } from './archive-old-claims/old-claims.repository.js'
import { CleanUpExternalDataHandler } from './clean-up-external-data/clean-up-external-data.handler.js'
import { CleanUpStages } from './clean-up-external-data/clean-up-stages.js'
import { OldExternalData } from './clean-up-external-data/old-external-data.repository.js'
import { DailyTasksSettings } from './daily-tasks.settings.js'
import { MarkOverpaymentsHandler } from './mark-overpayments/mark-overpayments.handler.js'
import { OverpaidClaims } from './mark-overpayments/overpaid-claims.repository.js'
import { QueueOldClaimsHandler } from './queue-old-claims/queue-old-claims.handler.js'
import { ReportOldClaimsHandler } from './report-old-claims/report-old-claims.handler.js'
import { RejectSilentClaimsHandler } from './reject-silent-claims/reject-silent-claims.handler.js'
import { SilentClaims } from './reject-silent-claims/silent-claims.repository.js'
import { AdvanceClaims } from './remind-of-evidence/advance-claims.repository.js'
import { RemindOfEvidenceHandler } from './remind-of-evidence/remind-of-evidence.handler.js'
import { RemindOfInformationHandler } from './remind-of-information/remind-of-information.handler.js'
import { UnansweredClaims } from './remind-of-information/unanswered-claims.repository.js'

@Module({
  imports: [DocumentsModule],
  controllers: [
    RemindOfEvidenceHandler,
    RemindOfInformationHandler,
    MarkOverpaymentsHandler,
    CleanUpExternalDataHandler,
    RejectSilentClaimsHandler,
    ArchiveOldClaimsHandler,
    QueueOldClaimsHandler,
    ReportOldClaimsHandler,
    ArchiveClaimHandler,
  ],
  providers: [
    {
      provide: DailyTasksSettings,
      useFactory: (env: Environment) => new DailyTasksSettings(env),
      inject: [ENVIRONMENT],
    },
    Flows,
    JobRuns,
    PagedJob,
    AdvanceClaims,
    UnansweredClaims,
    OverpaidClaims,
    CleanUpStages,
    OldExternalData,
    StoredFiles,
    SilentClaims,
    OldClaims,
    ArchiveDatabase,
    ArchiveColumns,
    StoredClaims,
    ArchivedClaims,
  ],
})
export class AppModule {}
