import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type JobMissedMessage, messages } from '#shared/contracts'
import { Consumes, Delivery, handler, type Outcome } from '#shared/messaging'
import { chatPolicy } from '../chat/chat-policy.js'
import { TellOnce } from '../chat/tell-once.js'

const announceMissedJobs = handler({
  name: 'announce-missed-jobs',
  messages: [messages.jobMissed],
  policy: chatPolicy,
})

/** Tells the chat once that a job was missed, however many replicas notice it, and however often. */
@Controller()
export class AnnounceMissedJobsHandler {
  constructor(private readonly chat: TellOnce) {}

  @Consumes(announceMissedJobs)
  handle(@Payload() missed: JobMissedMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    return this.chat.tell(delivery, { kind: 'missed-job', ...missed }, missed)
  }
}
