import type { MessageIdentity } from '../../../contracts/index.js'
import type { Log } from '../../../logging/index.js'
import { backoffDelay } from '../../handlers/backoff.js'
import { classifyError } from '../../handlers/classify-error.js'
import type { DeadLetters } from '../../dead-letters/dead-letters.js'
import type { Delivery } from '../delivery.js'
import { afterMsOf, stopping, type Outcome } from '../../handlers/outcome.js'
import { deliveryFields } from './log-delivery.js'
import type { Middleware } from './middleware.js'
import type { WaitingRecords } from './wait-for-upstream.js'

/** Given back unhandled, a message may go to another replica at once; a moment keeps it from coming back here. */
const handBackMs = 1_000

/** Where it is written down, for people, what became of a message. */
export interface DeliveryRecords extends WaitingRecords {
  failedAttempt(message: MessageIdentity, reason: string): Promise<void>
  gaveUp(message: MessageIdentity, reason: string): Promise<void>
}

/**
 * The outermost layer and the only place that answers the server: acknowledge, wait and try again, or dead letter
 * first and then terminate. If even that fails, the message stays unanswered and comes again.
 */
export const settle =
  (deadLetters: Pick<DeadLetters, 'add'>, records: DeliveryRecords, log: Log): Middleware =>
  async (delivery, next) => {
    const outcome = await outcomeOf(delivery, next, log)
    try {
      if (outcome.kind === 'done') delivery.message.ack()
      else if (outcome === stopping) delivery.message.nak(handBackMs)
      else if (isTriedAgain(outcome, delivery)) await tryAgain(delivery, outcome.reason, afterMsOf(outcome))
      else await giveUp(delivery, outcome)
    } catch (error) {
      log.error('message could not be settled', error, deliveryFields(delivery))
    }
    return outcome

    async function tryAgain(to: Delivery, reason: string, afterMs: number): Promise<void> {
      await records.failedAttempt(to, reason).catch((error: unknown) => {
        log.error('failed attempt could not be recorded', error, deliveryFields(to))
      })
      to.message.nak(Math.max(afterMs, backoffDelay(to.count, to.definition.policy.backoff)))
    }

    async function giveUp(
      on: Delivery,
      { reason, ...how }: Exclude<Outcome, { kind: 'done' }>,
    ): Promise<void> {
      await deadLetters.add(on, reason)
      if (!('early' in how)) await records.gaveUp(on, reason)
      on.message.term(reason)
    }
  }

/** Whether an attempt failed and another one will follow. */
export const isTriedAgain = (outcome: Outcome, { lastDelivery }: Delivery): boolean =>
  (outcome.kind === 'retry' || outcome.kind === 'unavailable') && outcome !== stopping && !lastDelivery

async function outcomeOf(delivery: Delivery, next: () => Promise<Outcome>, log: Log): Promise<Outcome> {
  try {
    return await next()
  } catch (error) {
    const outcome = classifyError(error)
    const reason = outcome.kind === 'done' ? {} : { reason: outcome.reason }
    log.error('handler failed', error, { ...deliveryFields(delivery), ...reason })
    return outcome
  }
}
