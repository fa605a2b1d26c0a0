import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { PagedJob } from '#shared/jobs'
import { Consumes, Delivery, done, handler, jobPolicy, type Outcome } from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { OverpaidClaims } from './overpaid-claims.repository.js'

const markOverpayments = handler({
  name: 'mark-overpayments',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
})

/**
 * Marks what was paid in advance as overpaid where no evidence of the visit came. Domain: `daily-and-payments.md`,
 * "Mark overpayments".
 */
@Controller()
export class MarkOverpaymentsHandler {
  constructor(
    private readonly overpaid: OverpaidClaims,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(markOverpayments)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      this.overpaid.withoutEvidence(run.date, this.settings.overpayment),
    ])
    return done
  }
}
