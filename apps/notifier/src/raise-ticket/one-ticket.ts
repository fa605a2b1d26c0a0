import type { MessageIdentity } from '#shared/contracts'
import type { Inbox } from '#shared/unit-of-work'
import { afterMsOf, done, reject, retry, type Outcome } from '#shared/messaging'
import { longestSettleMs, longestTimeoutMs, type NotifierSettings } from '../notifier.settings.js'
import type { Restorations } from '../restored/restorations.repository.js'
import type { HelpdeskClient } from './helpdesk.client.js'
import { attemptsRememberedMs, isRemembered, type Ticket } from './raise-ticket.rules.js'
import type { TicketAttempts } from './ticket-attempts.repository.js'

const leaseMs = (timeoutMs: number, settleMs: number): number => 2 * timeoutMs + settleMs
const longestMs = leaseMs(longestTimeoutMs, longestSettleMs)

/**
 * Raises a ticket once, however often it is asked to. The message's id is the idempotency key, but Zendesk forgets
 * keys after two hours. So the first attempt that may have raised a ticket is written down before it is made, and when
 * the key may be forgotten, the rest is left to the operator, who can see whether there is a ticket. While the helpdesk
 * takes nothing at all there is nothing to remember, and the message waits for as long as that lasts. A database that was
 * restored may have forgotten an attempt: that counts as one since its copy was taken.
 */
export class OneTicket {
  constructor(
    private readonly inbox: Inbox,
    private readonly attempts: TicketAttempts,
    private readonly restorations: Restorations,
    private readonly helpdesk: HelpdeskClient,
    private readonly settings: Pick<NotifierSettings, 'outside'>,
  ) {}

  /** `done` once there is a ticket. */
  async raise(message: MessageIdentity, ticket: Ticket): Promise<Outcome> {
    const { timeoutMs, settleMs } = this.helpdesk
    const start = await this.inbox.start(message, { ms: leaseMs(timeoutMs, settleMs), longestMs })
    if (start === 'done') return done
    if (start === 'busy') return retry('being-raised-by-another')
    const outcome = await this.attempt(message, ticket)
    // However it ended: once the helpdesk is not at it any more, the key keeps a repeat from raising another ticket.
    if (outcome.kind !== 'done') await this.inbox.release(message, afterMsOf(outcome))
    return outcome
  }

  private async attempt(message: MessageIdentity, ticket: Ticket): Promise<Outcome> {
    const sinceFirst = await this.attempts.sinceFirst(message)
    const lost = await this.restorations.lostTry(message, attemptsRememberedMs)
    const since = Math.max(sinceFirst ?? 0, lost.sinceMs ?? 0)
    if (!isRemembered(since)) return reject('helpdesk-answer-unknown')
    if (sinceFirst === undefined) await this.attempts.begin(message)
    const outcome = await this.helpdesk.raise(ticket, this.settings.outside(message.id))
    if (sinceFirst === undefined && outcome.kind === 'unavailable') await this.attempts.forget(message)
    return outcome
  }
}
