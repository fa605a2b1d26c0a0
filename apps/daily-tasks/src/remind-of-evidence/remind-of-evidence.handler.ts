import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { dataSeparator, messages, type ScheduleMessage } from '#shared/contracts'
import type { Work } from '#shared/unit-of-work'
import { followedBy, PagedJob } from '#shared/jobs'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  jobPolicy,
  type Outcome,
} from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { AdvanceClaims } from './advance-claims.repository.js'
import { remindersDue } from './remind-of-evidence.rules.js'

const remindOfEvidence = handler({
  name: 'remind-of-evidence',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
  followUps: [messages.notifyEvidenceReminder],
})
type FollowUps = FollowUpsOf<typeof remindOfEvidence>

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
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const days = { first: this.settings.firstEvidenceReminder, second: this.settings.secondEvidenceReminder }
    await this.job.run(delivery, date, (run) =>
      remindersDue(run.date, days).map((reminder) =>
        followedBy(this.claims.toRemind(reminder), (work: Work<FollowUps>, claim) =>
          work.followUp(
            'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION',
            claim,
            [claim.emailAddress, reminder.kind].join(dataSeparator),
          ),
        ),
      ),
    )
    return done
  }
}
