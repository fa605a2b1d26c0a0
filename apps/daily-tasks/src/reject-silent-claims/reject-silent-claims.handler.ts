import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { followUpDecision } from '#shared/claims'
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
import { SilentClaims } from './silent-claims.repository.js'

const rejectSilentClaims = handler({
  name: 'reject-silent-claims',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
  followUps: [messages.notifyClaimRejected, messages.webhookEventsDue],
})
type FollowUps = FollowUpsOf<typeof rejectSilentClaims>

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
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      followedBy(
        this.silent.remindedBefore(run.date, this.settings.rejection),
        (work: Work<FollowUps>, claim) =>
          followUpDecision(work, messages.notifyClaimRejected, claim, claim.emailAddress ?? undefined),
      ),
    ])
    return done
  }
}
