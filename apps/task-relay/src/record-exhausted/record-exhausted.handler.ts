import { Controller } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'
import type { ExhaustedMessage } from '#shared/contracts'
import { consumer, Consumes, done, ExhaustedMessages, type Outcome } from '#shared/messaging'

const recordExhausted = consumer('record-exhausted')

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
