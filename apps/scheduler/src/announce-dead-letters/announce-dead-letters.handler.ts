import { Controller, Inject } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { deadLetterSubject } from '#shared/contracts'
import { consumer, Consumes, deadLetterHeaders, Delivery, done, type Outcome } from '#shared/messaging'
import { Digests } from '../chat/digests.js'

const announceDeadLetters = consumer('announce-dead-letters')

/** Tells the chat of dead letters, by handler and reason. The letters stay what they are. */
@Controller()
export class AnnounceDeadLettersHandler {
  constructor(@Inject(Digests) private readonly digests: Digests | null) {}

  @Consumes(announceDeadLetters)
  async handle(@Ctx() { subject, message, signal }: Delivery): Promise<Outcome> {
    if (!this.digests) return done
    const handler = subject.slice(deadLetterSubject('').length)
    const reason = message.headers?.get(deadLetterHeaders.reason) ?? ''
    return this.digests.add({ kind: 'dead-letter', handler, reason }, signal)
  }
}
