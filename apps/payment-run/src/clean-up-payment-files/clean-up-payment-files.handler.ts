import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { cutOff, PagedJob } from '#shared/jobs'
import { Consumes, Delivery, done, handler, jobPolicy, type Outcome } from '#shared/messaging'
import { PaymentRunSettings } from '../payment-run.settings.js'
import { OldPaymentFiles } from './old-payment-files.repository.js'

const cleanUpPaymentFiles = handler({
  name: 'clean-up-payment-files',
  messages: [messages.schedulePaymentRun],
  policy: jobPolicy,
})

/** Deletes the stored files of earlier payment runs. Domain: `daily-and-payments.md`, "Clean up payment files". */
@Controller()
export class CleanUpPaymentFilesHandler {
  constructor(
    private readonly files: OldPaymentFiles,
    private readonly job: PagedJob,
    private readonly settings: PaymentRunSettings,
  ) {}

  @Consumes(cleanUpPaymentFiles)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      this.files.createdBefore(cutOff(run, this.settings.cleanUpAfterDays)),
    ])
    return done
  }
}
