import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { Clock } from '#shared/clock'
import { messages, runState, type ScheduleMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import { JobRuns, refuseDayToCome } from '#shared/jobs'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  jobPolicy,
  type Outcome,
  reject,
} from '#shared/messaging'
import { PaymentRuns, type PaymentRun } from './payment-runs.repository.js'
import { PaymentSteps } from './payment-steps.js'

const payClaims = handler({
  name: 'pay-claims',
  messages: [messages.schedulePaymentRun],
  // What the runs tell is owed with their steps, whatever becomes of this message.
  followUps: [messages.webhookEventsDue],
  // For a day: it must end by itself when the document store comes back after hours.
  policy: { ...jobPolicy, attempts: 150, upstream: 'document-store' },
})
type FollowUps = FollowUpsOf<typeof payClaims>

/** Pays what has been approved: to the penny, and once. Domain: `daily-and-payments.md`, "Payment run". */
@Controller()
export class PayClaimsHandler {
  constructor(
    private readonly runs: PaymentRuns,
    private readonly steps: PaymentSteps,
    private readonly jobs: JobRuns,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  @Consumes(payClaims)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    refuseDayToCome(date, this.clock.instant(), delivery.count)
    await this.jobs.begin(delivery, date)
    for (const earlier of await this.runs.unfinishedBefore(date))
      await this.steps.finish(earlier, delivery.signal)
    const run = await this.steps.finish(await this.runs.begin(date), delivery.signal)
    if (run.State === runState.stopped) return reject(run.LastReason ?? 'sums-disagree')
    await this.end(delivery, run)
    return done
  }

  private async end(delivery: Delivery<FollowUps>, run: PaymentRun): Promise<void> {
    const job = await this.jobs.progressOf(delivery)
    await this.unitOfWork.run(delivery, async (work) => {
      await this.jobs.advance(work, delivery, { ...job, rowsChanged: run.ClaimsPaid + run.TopUpsPaid })
      await this.jobs.end(work, delivery)
    })
  }
}
