import { Controller, Inject } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { deadLetterSubject, messages } from '#shared/contracts'
import { Consumes, deadLetterHeaders, Delivery, done, handler, type Outcome } from '#shared/messaging'
import { chatPolicy } from '../chat/chat-policy.js'
import { Digests } from '../chat/digests.js'

const announceDeadLetters = handler({
  name: 'announce-dead-letters',
  messages: [messages.deadLetters],
  // Held here until their digest is posted, so many at once: a storm is one message. Headers only, a few hundred bytes.
  policy: { ...chatPolicy, concurrency: 1_000 },
  observes: true,
})

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
