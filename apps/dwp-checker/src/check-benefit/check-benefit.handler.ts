import { Controller, Inject } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { followUpDecision } from '#shared/claims'
import { type ClaimMessage, messages, subjects } from '#shared/contracts'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  minutes,
  type Outcome,
  reject,
  seconds,
} from '#shared/messaging'
import { BenefitCheckerClient } from './benefit-checker.client.js'
import { BenefitChecks, type CheckedClaim } from './benefit-checks.repository.js'
import { decide, personToCheck, type CheckResult, type ClaimFacts } from './check-benefit.rules.js'

const checkBenefit = handler({
  name: 'check-benefit',
  messages: [messages.claimBenefitCheckDue],
  policy: {
    // The benefit checker itself waits up to 90 seconds for DWP, and may be out for hours.
    ...{ attempts: 16, backoff: { baseMs: 1 * seconds, capMs: 60 * minutes }, timeOutMs: 100 * seconds },
    ...{ concurrency: 16, upstream: 'benefit-checker' },
  },
  asksFirst: true,
  followUps: [messages.notifyBenefitCheckFailed, messages.claimApprovalDue, messages.webhookEventsDue],
})

type FollowUps = FollowUpsOf<typeof checkBenefit>

type Checked = { readonly result: CheckResult } | { readonly outcome: Outcome }

/**
 * Checks the benefit a claim rests on, then asks the visitor for evidence or goes on to automatic approval. Run
 * again for the same claim (an operator's re-run) it asks DWP again, but the visitor only once.
 */
@Controller()
export class CheckBenefitHandler {
  constructor(
    private readonly inbox: Inbox,
    private readonly checks: BenefitChecks,
    private readonly unitOfWork: UnitOfWork,
    @Inject(BenefitCheckerClient) private readonly checker: BenefitCheckerClient | null,
  ) {}

  @Consumes(checkBenefit)
  async handle(@Payload() claim: ClaimMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    const [facts] = await this.inbox.askFirst(delivery, this.checks.find(claim))
    if (!facts) return reject('claim-not-found')
    const checked = await this.check(facts, delivery.signal)
    if ('outcome' in checked) return checked.outcome
    const { result } = checked
    const decision = decide(facts, result)
    await this.unitOfWork.run(delivery, async (work) => {
      await this.checks.save(work, { claim, facts, result, decision })
      goOn(work, { claim, facts, decision })
    })
    return done
  }

  private async check(facts: ClaimFacts, signal: AbortSignal): Promise<Checked> {
    if (!this.checker) return { result: 'NOT-RUN' }
    const person = personToCheck(facts)
    if (!person) return { outcome: reject('benefit-owner-missing') }
    const check = await this.checker.check(person, signal)
    return check.kind === 'answered' ? { result: check.status } : check
  }
}

/** What follows from a decision. */
export function goOn(work: Work<FollowUps>, { claim, facts, decision }: Omit<CheckedClaim, 'result'>): void {
  switch (decision.kind) {
    case 'ask-for-evidence':
      return followUpDecision(work, messages.notifyBenefitCheckFailed, claim, facts.emailAddress)
    case 'go-on-to-approval':
      return work.publish(subjects.claimApprovalDue, claim)
    case 'keep-waiting':
    case 'keep-decision':
  }
}
