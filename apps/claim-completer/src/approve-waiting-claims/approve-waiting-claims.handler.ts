import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { followUpDecision } from '#shared/claims'
import type { Work } from '#shared/unit-of-work'
import { PagedJob, type JobStage } from '#shared/jobs'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  jobPolicy,
  type Outcome,
} from '#shared/messaging'
import { Approvals } from '../approve-claim/approvals.repository.js'
import { WaitingApprovals, type WaitingApproval } from './waiting-approvals.repository.js'
import { mayBeApproved } from './approve-waiting-claims.rules.js'

const approveWaitingClaims = handler({
  name: 'approve-waiting-claims',
  messages: [messages.scheduleAutoApproval],
  policy: jobPolicy,
  followUps: [messages.notifyClaimAccepted, messages.webhookEventsDue],
})
type FollowUps = FollowUpsOf<typeof approveWaitingClaims>

/** The daily run: approves what passed every rule outside office hours. Domain: `approval.md`. */
@Controller()
export class ApproveWaitingClaimsHandler {
  constructor(
    private readonly waiting: WaitingApprovals,
    private readonly approvals: Approvals,
    private readonly job: PagedJob,
  ) {}

  @Consumes(approveWaitingClaims)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const stage: JobStage<WaitingApproval, undefined, FollowUps> = {
      ...this.waiting.inOrder,
      change: (work, entries) => this.dealWith(work, entries),
    }
    await this.job.run(delivery, date, () => [stage])
    return done
  }

  private async dealWith(work: Work<FollowUps>, entries: readonly WaitingApproval[]): Promise<number> {
    for (const entry of entries) {
      // An earlier entry of the same claim may have approved it: each looks at the claim as it is then.
      const claim = await this.waiting.claimOf(work, entry)
      if (!claim || !mayBeApproved(claim)) continue
      const ref = { reference: claim.Reference, eligibilityId: claim.EligibilityId, claimId: entry.ClaimId }
      await this.approvals.approve(work, ref, claim.Status)
      followUpDecision(work, messages.notifyClaimAccepted, ref, claim.EmailAddress ?? entry.EmailAddress)
    }
    await this.waiting.remove(work, entries)
    return entries.length
  }
}
