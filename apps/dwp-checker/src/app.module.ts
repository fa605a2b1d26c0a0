import { Module } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { BenefitCheckerClient } from './check-benefit/benefit-checker.client.js'
import { CheckBenefitHandler } from './check-benefit/check-benefit.handler.js'
import { BenefitChecks } from './check-benefit/benefit-checks.repository.js'
import { DwpCheckerSettings } from './dwp-checker.settings.js'

@Module({
  controllers: [CheckBenefitHandler],
  providers: [
    {
      provide: DwpCheckerSettings,
      useFactory: (env: Environment) => new DwpCheckerSettings(env),
      inject: [ENVIRONMENT],
    },
    {
      provide: BenefitCheckerClient,
      useFactory: ({ benefitChecker }: DwpCheckerSettings) =>
        benefitChecker ? new BenefitCheckerClient(benefitChecker) : null,
      inject: [DwpCheckerSettings],
    },
    BenefitChecks,
  ],
})
export class AppModule {}
