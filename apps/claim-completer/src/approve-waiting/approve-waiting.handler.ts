import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { subjects, type ScheduleMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/database'
import { Log } from '#shared/logging'
import { Consumes, Delivery, done, policies, type ConsumerDefinition, type Outcome } from '#shared/messaging'
import { Approvals } from '../approve-claim/approvals.repository.js'
import { WaitingApprovals, type WaitingApproval } from './waiting-approvals.repository.js'
import { mayBeApproved } from './approve-waiting.rules.js'

const approveWaiting: ConsumerDefinition = {
  name: 'approve-waiting-claims',
  subjects: [subjects.scheduleAutoApproval],
  policy: policies.job,
}

/** The daily run: approves what passed every rule outside office hours. Domain: `approval.md`. */
@Controller()
export class ApproveWaitingHandler {
  constructor(
    private readonly waiting: WaitingApprovals,
    private readonly approvals: Approvals,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  @Consumes(approveWaiting)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    let dealtWith = 0
    for await (const entry of this.waiting.all()) {
      await this.dealWith(entry, delivery)
      dealtWith++
    }
    await this.unitOfWork.finish(delivery)
    this.log.info('waiting approvals dealt with', { job: 'auto-approval', date, count: dealtWith })
    return done
  }

  /** Each entry in a transaction of its own: a run that is cut short goes on with the rest. */
  private async dealWith(entry: WaitingApproval, { id, consumer, traceparent }: Delivery): Promise<void> {
    const message = { id: `${id}#${entry.AutoApprovalId}`, consumer, traceparent }
    await this.unitOfWork.run(message, async (work) => {
      const claim = await this.waiting.claimOf(work, entry)
      if (claim && mayBeApproved(claim.Status)) {
        const ref = { reference: claim.Reference, eligibilityId: claim.EligibilityId, claimId: entry.ClaimId }
        await this.approvals.approve(work, ref, claim.EmailAddress ?? entry.EmailAddress)
      }
      await this.waiting.remove(work, entry)
    })
  }
}
