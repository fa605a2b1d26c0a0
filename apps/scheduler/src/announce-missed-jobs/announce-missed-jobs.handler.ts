import { Controller, Inject } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type JobMissedMessage, messages } from '#shared/contracts'
import { Inbox, UnitOfWork } from '#shared/unit-of-work'
import { Log } from '#shared/logging'
import { Consumes, Delivery, done, handler, type Outcome, retry } from '#shared/messaging'
import { chatPolicy } from '../chat/chat-policy.js'
import { Digests } from '../chat/digests.js'

const announceMissedJobs = handler({
  name: 'announce-missed-jobs',
  messages: [messages.jobMissed],
  policy: chatPolicy,
})

/** Tells the chat once that a job was missed, however many replicas notice it, and however often. */
@Controller()
export class AnnounceMissedJobsHandler {
  constructor(
    @Inject(Digests) private readonly digests: Digests | null,
    private readonly inbox: Inbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  @Consumes(announceMissedJobs)
  async handle(@Payload() missed: JobMissedMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const outcome = this.digests ? await this.tell(this.digests, missed, delivery) : done
    if (outcome.kind === 'done') await this.unitOfWork.finish(delivery)
    return outcome
  }

  private async tell(digests: Digests, missed: JobMissedMessage, delivery: Delivery): Promise<Outcome> {
    const start = await this.inbox.start(delivery, announceMissedJobs.policy.timeOutMs)
    if (start === 'done') return done
    if (start === 'busy') return retry('being-announced-by-another')
    const outcome = await digests.add({ kind: 'missed-job', ...missed }, delivery.signal)
    // Whoever reads the dead letters could do nothing but ask the same chat again.
    if (outcome.kind === 'reject') {
      this.log.warn('the chat refuses to be told of a missed job', { ...missed, reason: outcome.reason })
      return done
    }
    if (outcome.kind !== 'done') await this.inbox.release(delivery)
    return outcome
  }
}
