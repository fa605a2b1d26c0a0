import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type ScheduleMessage } from '#shared/contracts'
import { cutOff, PagedJob } from '#shared/jobs'
import { Consumes, Delivery, done, handler, jobPolicy, type Outcome } from '#shared/messaging'
import { ProvisionerSettings } from '../provisioner.settings.js'
import { GoneSubjects } from './gone-subjects.repository.js'

const pruneProvisioning = handler({
  name: 'prune-provisioning',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
})

/**
 * Deletes what was kept of subjects that are gone, once each of their targets has confirmed that, some days later; and what a
 * target was to know that is no more.
 */
@Controller()
export class PruneProvisioningHandler {
  constructor(
    private readonly gone: GoneSubjects,
    private readonly job: PagedJob,
    private readonly settings: ProvisionerSettings,
  ) {}

  @Consumes(pruneProvisioning)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const { keptDays } = this.settings
    await this.job.run(delivery, date, (run) => [
      this.gone.entries(cutOff(run, keptDays)),
      this.gone.ofNoTarget(),
      this.gone.subjects(cutOff(run, keptDays)),
    ])
    return done
  }
}
