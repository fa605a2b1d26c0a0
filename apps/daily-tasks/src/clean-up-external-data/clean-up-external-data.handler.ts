import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { PagedJob } from '#shared/jobs'
import { Consumes, Delivery, done, handler, jobPolicy, type Outcome } from '#shared/messaging'
import { DailyTasksSettings } from '../daily-tasks.settings.js'
import { CleanUpStages } from './clean-up-stages.js'

const cleanUpExternalData = handler({
  name: 'clean-up-external-data',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
})

/**
 * Deletes what was begun on the external web app and never finished, the uploaded files first. Domain:
 * `daily-and-payments.md`, "Clean up old external data".
 */
@Controller()
export class CleanUpExternalDataHandler {
  constructor(
    private readonly stages: CleanUpStages,
    private readonly job: PagedJob,
    private readonly settings: DailyTasksSettings,
  ) {}

  @Consumes(cleanUpExternalData)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => this.stages.of(run, this.settings.externalData))
    return done
  }
}
