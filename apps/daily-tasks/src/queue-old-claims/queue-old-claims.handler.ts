import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
import { Flows } from '#shared/flows'
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
import type { Work } from '#shared/unit-of-work'
import { OldClaims } from '../archive-old-claims/old-claims.repository.js'
import { DailyTasksSettings } from '../daily-tasks.settings.js'

const queueOldClaims = handler({
  name: 'queue-old-claims',
  messages: [messages.oldClaimsQueueingDue],
  policy: jobPolicy,
  followUps: [messages.claimArchiveDue],
})
type FollowUps = FollowUpsOf<typeof queueOldClaims>

/** Asks for every claim that was reviewed long ago to be archived: the first step of the flow. Domain: `tasks.md`. */
@Controller()
export class QueueOldClaimsHandler {
  constructor(
    private readonly flows: Flows,
    private readonly claims: OldClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(queueOldClaims)
  async handle(@Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.flows.queueing(delivery)
    await this.job.run(delivery, undefined, (run) => [
      followedBy(
        this.claims.reviewedBefore(run.started, this.settings.archiving),
        (work: Work<FollowUps>, claim) => work.followUp('ARCHIVE-CLAIM', claim),
      ),
    ])
    return done
  }
}
