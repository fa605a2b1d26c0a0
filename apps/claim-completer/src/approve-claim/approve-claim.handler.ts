import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type ClaimMessage, messages } from '#shared/contracts'
import { claimStatus, followUpDecision } from '#shared/claims'
import { UnitOfWork, type Work } from '#shared/unit-of-work'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  type Outcome,
  reject,
} from '#shared/messaging'
import { ApprovalCases } from './approval-cases.repository.js'
import { Approvals } from './approvals.repository.js'
import { decideApproval, type ApprovalDecision } from './approve-claim.rules.js'

const approveClaim = handler({
  name: 'approve-claim',
  messages: [messages.claimApprovalDue],
  policy: claimPolicy,
  asksFirst: true,
  followUps: [messages.notifyClaimAccepted, messages.webhookEventsDue],
})
type FollowUps = FollowUpsOf<typeof approveClaim>

/** Automatic approval of one claim. Domain: `approval.md`. */
@Controller()
export class ApproveClaimHandler {
  constructor(
    private readonly cases: ApprovalCases,
    private readonly approvals: Approvals,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(approveClaim)
  async handle(@Payload() claim: ClaimMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const considered = await this.cases.look(delivery, claim)
    if (!considered) return reject('claim-not-found')
    if (considered.kind === 'not-considered') {
      await this.unitOfWork.finish(delivery)
      return done
    }
    await this.unitOfWork.run(delivery, async (work) => {
      const found = await this.cases.take(work, claim, considered)
      await this.carryOut(work, claim, decideApproval(found), found.visitor.EmailAddress)
    })
    return done
  }

  private async carryOut(
    work: Work<FollowUps>,
    claim: ClaimMessage,
    decision: ApprovalDecision,
    email: string,
  ): Promise<void> {
    switch (decision.kind) {
      case 'not-considered':
        return
      case 'forced-manual-check':
      case 'failed':
        return this.approvals.recordEvent(work, claim, decision)
      case 'wait-for-daily-run':
        return this.approvals.queue(work, claim, email)
      case 'approve-now':
        await this.approvals.approve(work, claim, claimStatus.new)
        return followUpDecision(work, messages.notifyClaimAccepted, claim, email)
    }
  }
}
