import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
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
import { OldClaims } from './old-claims.repository.js'

const archiveOldClaims = handler({
  name: 'archive-old-claims',
  messages: [messages.oldClaimsArchiveDue],
  policy: jobPolicy,
  followUps: [messages.claimArchiveDue],
})
type FollowUps = FollowUpsOf<typeof archiveOldClaims>

/** ARCHIVE-OLD-CLAIMS: asks for every claim that was reviewed long ago to be archived. Domain: `tasks.md`. */
@Controller()
export class ArchiveOldClaimsHandler {
  constructor(
    private readonly claims: OldClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(archiveOldClaims)
  async handle(@Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    await this.job.run(delivery, undefined, (run) => [
      followedBy(
        this.claims.reviewedBefore(run.started, this.settings.archiving),
        (work: Work<FollowUps>, claim) => work.followUp('ARCHIVE-CLAIM', claim),
      ),
    ])
    return done
  }
}
