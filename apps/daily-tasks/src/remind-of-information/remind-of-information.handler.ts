import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
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
import { UnansweredClaims } from './unanswered-claims.repository.js'

const remindOfInformation = handler({
  name: 'remind-of-information',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
  followUps: [messages.notifyInformationReminder],
})
type FollowUps = FollowUpsOf<typeof remindOfInformation>

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
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      followedBy(
        this.unanswered.updatedBefore(run.date, this.settings.informationReminder),
        (work: Work<FollowUps>, claim) =>
          work.followUp(
            'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION',
            claim,
            claim.emailAddress ?? undefined,
          ),
      ),
    ])
    return done
  }
}
