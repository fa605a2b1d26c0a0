import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { ScheduleMessage } from '#shared/contracts'
import { PagedJob } from '#shared/jobs'
import { consumer, Consumes, Delivery, done, type Outcome } from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { AdvanceClaims } from './advance-claims.repository.js'
import { remindersDue } from './remind-of-evidence.rules.js'

const remindOfEvidence = consumer('remind-of-evidence')

/**
 * Reminds those who were paid in advance, after their visit, to upload their evidence. Domain:
 * `daily-and-payments.md`, "Advance-claim reminders".
 */
@Controller()
export class RemindOfEvidenceHandler {
  constructor(
    private readonly claims: AdvanceClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(remindOfEvidence)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const days = { first: this.settings.firstEvidenceReminder, second: this.settings.secondEvidenceReminder }
    await this.job.run(delivery, date, (run) =>
      remindersDue(run.date, days).map((reminder) => this.claims.toRemind(reminder)),
    )
    return done
  }
}
