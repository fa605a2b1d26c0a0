import { Controller } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'
import { type ExhaustedMessage, messages } from '#shared/contracts'
import { claimPolicy, Consumes, done, handler, type Outcome } from '#shared/messaging'
import { ExhaustedMessages } from './exhausted-messages.js'

const recordExhausted = handler({
  name: 'record-exhausted',
  messages: [messages.deliveriesExhausted],
  policy: claimPolicy,
})

/** Gives up, in place of the process that died, on a message delivered for the last time. */
@Controller()
export class RecordExhaustedHandler {
  constructor(private readonly exhausted: ExhaustedMessages) {}

  @Consumes(recordExhausted)
  async handle(@Payload() message: ExhaustedMessage): Promise<Outcome> {
    await this.exhausted.giveUp(message)
    return done
  }
}
