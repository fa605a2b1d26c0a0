import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type ExhaustedMessage, messages } from '#shared/contracts'
import { claimPolicy, Consumes, Delivery, done, handler, type Outcome } from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'
import { ExhaustedMessages } from './exhausted-messages.js'

const recordExhausted = handler({
  name: 'record-exhausted',
  messages: [messages.deliveriesExhausted],
  policy: claimPolicy,
})

/** Gives up, in place of the process that died, on a message delivered for the last time. */
@Controller()
export class RecordExhaustedHandler {
  constructor(
    private readonly exhausted: ExhaustedMessages,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(recordExhausted)
  async handle(@Payload() message: ExhaustedMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.exhausted.giveUp(message)
    // The same notice may come again when somebody has retried what it is about.
    await this.unitOfWork.finish(delivery)
    return done
  }
}
