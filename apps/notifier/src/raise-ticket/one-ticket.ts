import type { MessageIdentity } from '#shared/contracts'
import type { Inbox } from '#shared/database'
import { done, reject, retry, type Outcome } from '#shared/messaging'
import type { HelpdeskClient } from './helpdesk.client.js'
import { isRemembered, type Ticket } from './raise-ticket.rules.js'
import type { TicketAttempts } from './ticket-attempts.repository.js'

/**
 * Raises a ticket once, however often it is asked to. The message's id is the idempotency key, but Zendesk forgets
 * keys after two hours. So an attempt is written down before it is made, and if the next one comes so late that the
 * key may be forgotten, it is left to the operator, who can see whether there is a ticket: run again, the task is a
 * message of its own. All tries of the delivery policy together take less than the two hours.
 *
 * What remains: the record is of the last attempt. If one raised a ticket and its answer was lost, and all the
 * tries within two hours fail too, and an interruption of the service stretches the tries beyond that, a try that
 * then succeeds raises a second ticket.
 */
export class OneTicket {
  constructor(
    private readonly inbox: Inbox,
    private readonly attempts: TicketAttempts,
    private readonly helpdesk: HelpdeskClient,
  ) {}

  /** `done` once there is a ticket. */
  async raise(message: MessageIdentity, ticket: Ticket): Promise<Outcome> {
    const sinceLast = await this.attempts.sinceLast(message)
    if (sinceLast !== undefined && !isRemembered(sinceLast)) return reject('helpdesk-answer-unknown')
    const start = await this.inbox.start(message, 2 * this.helpdesk.timeoutMs)
    if (start === 'done') return done
    if (start === 'busy') return retry('being-raised-by-another')
    return this.helpdesk.raise(ticket, message.id)
  }
}
