import { Controller, Inject } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type TaskMessage } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { taskData, UnitOfWork } from '#shared/unit-of-work'
import { Log } from '#shared/logging'
import { Consumes, Delivery, done, handler, minutes, type Outcome, reject, seconds } from '#shared/messaging'
import { NotifierSettings } from '../notifier.settings.js'
import { OneTicket } from './one-ticket.js'
import { ticketFor } from './raise-ticket.rules.js'
import { TicketAttempts } from './ticket-attempts.repository.js'

const raiseTicket = handler({
  name: 'raise-ticket',
  messages: [messages.helpRequested],
  policy: {
    // The helpdesk knows a repeated ticket for two hours: all tries together take less.
    ...{ attempts: 16, backoff: { baseMs: 1 * seconds, capMs: 15 * minutes }, timeOutMs: 30 * seconds },
    ...{ concurrency: 4, upstream: 'helpdesk' },
  },
})

/** Hands on to the helpdesk that a claimant asks for technical help. Domain: `tasks.md`. */
@Controller()
export class RaiseTicketHandler {
  constructor(
    private readonly connection: DatabaseConnection,
    @Inject(OneTicket) private readonly oneTicket: OneTicket | null,
    private readonly attempts: TicketAttempts,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: NotifierSettings,
    private readonly log: Log,
  ) {}

  @Consumes(raiseTicket)
  async handle(@Payload() { task }: TaskMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    if (this.oneTicket) {
      const ticket = ticketFor(await taskData(this.connection, task), this.settings.production)
      if (!ticket) return reject('help-request-malformed')
      const outcome = await this.oneTicket.raise(delivery, ticket)
      if (outcome.kind !== 'done') return outcome
    } else {
      this.log.info('no ticket raised: the helpdesk is switched off', { messageId: delivery.id })
    }
    await this.unitOfWork.run(delivery, (work) => this.attempts.forget(delivery, work.db))
    return done
  }
}
