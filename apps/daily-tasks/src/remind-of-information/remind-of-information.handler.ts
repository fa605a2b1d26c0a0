import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { ScheduleMessage } from '#shared/contracts'
import { PagedJob } from '#shared/jobs'
import { consumer, Consumes, Delivery, done, type Outcome } from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { UnansweredClaims } from './unanswered-claims.repository.js'

const remindOfInformation = consumer('remind-of-information')

/**
 * Reminds claimants who have not sent what their claim waits for. The email's own handler notes on the claim that it
 * was sent. Domain: `daily-and-payments.md`, "Information reminders".
 */
@Controller()
export class RemindOfInformationHandler {
  constructor(
    private readonly unanswered: UnansweredClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(remindOfInformation)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      this.unanswered.updatedBefore(run.date, this.settings.informationReminder),
    ])
    return done
  }
}
