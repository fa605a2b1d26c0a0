import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { JobRuns, PagedJob } from '#shared/jobs'
import { Prisons } from '#shared/prisons'
import { ApprovalConfigs } from './approval-configs.repository.js'
import { ApprovalCases } from './approve-claim/approval-cases.repository.js'
import { Approvals } from './approve-claim/approvals.repository.js'
import { ApproveClaimHandler } from './approve-claim/approve-claim.handler.js'
import { ApproveWaitingClaimsHandler } from './approve-waiting-claims/approve-waiting-claims.handler.js'
import { WaitingApprovals } from './approve-waiting-claims/waiting-approvals.repository.js'
import { ClaimCompleterSettings } from './claim-completer.settings.js'
import { ClaimMigration } from './complete-claim/claim-migration.repository.js'
import { CompleteClaimHandler } from './complete-claim/complete-claim.handler.js'
import { JourneyCosts } from './complete-claim/journey-costs/journey-costs.service.js'
import { SubmittedClaims } from './complete-claim/submitted-claims.repository.js'
import { ForeignColumns } from './foreign-columns.js'
import { AnsweredBankDetails } from './take-in-response/answered-bank-details.repository.js'
import { ClaimResponses } from './take-in-response/claim-responses.repository.js'
import { TakeInResponseHandler } from './take-in-response/take-in-response.handler.js'

@Module({
  controllers: [
    CompleteClaimHandler,
    TakeInResponseHandler,
    ApproveClaimHandler,
    ApproveWaitingClaimsHandler,
  ],
  providers: [
    {
      provide: ClaimCompleterSettings,
      useFactory: (env: Environment) => new ClaimCompleterSettings(env),
      inject: [ENVIRONMENT],
    },
    ApprovalConfigs,
    ForeignColumns,
    Prisons,
    SubmittedClaims,
    ClaimMigration,
    JourneyCosts,
    AnsweredBankDetails,
    ClaimResponses,
    ApprovalCases,
    Approvals,
    WaitingApprovals,
    JobRuns,
    PagedJob,
  ],
})
export class AppModule {}
