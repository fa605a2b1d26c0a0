import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { ScheduleMessage } from '#shared/contracts'
import { PagedJob } from '#shared/jobs'
import { consumer, Consumes, Delivery, done, type Outcome } from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { SilentClaims } from './silent-claims.repository.js'

const rejectSilentClaims = consumer('reject-silent-claims')

/**
 * Rejects claims whose claimants have not answered since they were reminded. Domain: `daily-and-payments.md`,
 * "Automatic rejection".
 */
@Controller()
export class RejectSilentClaimsHandler {
  constructor(
    private readonly silent: SilentClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(rejectSilentClaims)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      this.silent.remindedBefore(run.date, this.settings.rejection),
    ])
    return done
  }
}
