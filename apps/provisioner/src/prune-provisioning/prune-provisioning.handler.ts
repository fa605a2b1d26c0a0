import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { cutOff, followedBy, PagedJob } from '#shared/jobs'
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
import { ProvisionerSettings } from '../provisioner.settings.js'
import { GoneSubjects } from './gone-subjects.repository.js'
import { EntriesLeftBehind, type LeftBehind } from './left-behind.repository.js'

const pruneProvisioning = handler({
  name: 'prune-provisioning',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
  followUps: [messages.provisioningDue],
})
type FollowUps = FollowUpsOf<typeof pruneProvisioning>

/**
 * Deletes what was kept of subjects that are gone, once each of their targets has confirmed that, some days later; and what a
 * target was to know that is no more. What has changed, and whose message is given up, is owed again.
 */
@Controller()
export class PruneProvisioningHandler {
  constructor(
    private readonly gone: GoneSubjects,
    private readonly leftBehind: EntriesLeftBehind,
    private readonly job: PagedJob,
    private readonly settings: ProvisionerSettings,
  ) {}

  @Consumes(pruneProvisioning)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const { keptDays } = this.settings
    await this.job.run(delivery, date, (run) => [
      this.gone.entries(cutOff(run, keptDays)),
      this.gone.ofNoTarget(),
      this.gone.subjects(cutOff(run, keptDays)),
      followedBy(this.leftBehind.all(), oweAgain),
    ])
    return done
  }
}

function oweAgain(work: Work<FollowUps>, { due }: LeftBehind): void {
  if (due) work.named(messages.provisioningDue, due.messageId, { entryId: due.entryId })
}
