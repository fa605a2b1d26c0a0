import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { DocumentsModule, StoredFiles } from '#shared/documents'
import { JobRuns, PagedJob } from '#shared/jobs'
import { CleanUpPaymentFilesHandler } from './clean-up-payment-files/clean-up-payment-files.handler.js'
import { OldPaymentFiles } from './clean-up-payment-files/old-payment-files.repository.js'
import { DueClaims } from './pay-claims/due-claims.repository.js'
import { DueTopUps } from './pay-claims/due-top-ups.repository.js'
import { LookAgain } from './pay-claims/look-again.js'
import { PayClaimsHandler } from './pay-claims/pay-claims.handler.js'
import { PaymentRuns } from './pay-claims/payment-runs.repository.js'
import { PaymentSteps } from './pay-claims/payment-steps.js'
import { PaymentStorage } from './pay-claims/payment-storage.js'
import { Payments } from './pay-claims/payments.repository.js'
import { Reservations } from './pay-claims/reservations.js'
import { Settlement } from './pay-claims/settlement.repository.js'
import { JournalTemplate } from './payment-files/journal-template.js'
import { PaymentRunSettings } from './payment-run.settings.js'

@Module({
  imports: [DocumentsModule],
  controllers: [PayClaimsHandler, CleanUpPaymentFilesHandler],
  providers: [
    {
      provide: PaymentRunSettings,
      useFactory: (env: Environment) => new PaymentRunSettings(env),
      inject: [ENVIRONMENT],
    },
    JobRuns,
    PagedJob,
    PaymentRuns,
    PaymentSteps,
    PaymentStorage,
    JournalTemplate,
    LookAgain,
    Payments,
    DueClaims,
    DueTopUps,
    Reservations,
    Settlement,
    OldPaymentFiles,
    StoredFiles,
  ],
})
export class AppModule {}
