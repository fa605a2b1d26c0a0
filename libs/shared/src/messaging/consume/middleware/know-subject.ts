import type { Log } from '../../../logging/index.js'
import { backoffDelay } from '../../handlers/backoff.js'
import type { ConsumerDefinition } from '../../handlers/consumer-definition.js'
import type { DeadLetters } from '../../dead-letters/dead-letters.js'
import type { Delivery } from '../delivery.js'
import { allConsumers } from '../../handlers/known-handlers.js'
import { done, reject, stopping } from '../../handlers/outcome.js'
import type { Middleware } from './middleware.js'

/** The reason of a message that no release that was running could handle. */
export const subjectUnknown = 'subject-unknown'

/**
 * Keeps what is not a handler's from it: its consumer's filter was changed by a newer release, whose replicas handle the
 * message, or by somebody else. It goes back with growing pauses, and nothing is recorded of it: the message may be another
 * handler's. The last delivery is left to that one, where there is one; else the message becomes a dead letter.
 */
export const knowSubject =
  (deadLetters: Pick<DeadLetters, 'add'>, log: Log): Middleware =>
  async (delivery, next) => {
    const { definition, subject, message } = delivery
    if (isOf(definition, subject)) return next()
    const { name: consumer, policy } = definition
    log.warn('message has a subject that its handler does not know', {
      consumer,
      subject,
      delivery: delivery.count,
    })
    if (!delivery.lastDelivery) {
      message.nak(backoffDelay(delivery.count, policy.backoff))
      return stopping
    }
    if (belongsToAnother(delivery)) {
      message.ack()
      return done
    }
    try {
      await deadLetters.add(delivery, subjectUnknown)
      message.term(subjectUnknown)
    } catch (error) {
      log.error('message could not be settled', error, { consumer, subject })
    }
    return reject(subjectUnknown)
  }

const isOf = ({ subjects }: ConsumerDefinition, subject: string): boolean =>
  subjects.some((each) => each === subject || matches(each, subject))

/** Only a list's last part stands for others: `dead-letters.>`. */
const matches = (pattern: string, subject: string): boolean =>
  pattern.endsWith('>') && subject.startsWith(pattern.slice(0, -1))

const belongsToAnother = ({ consumer, subject }: Delivery): boolean =>
  allConsumers().some((definition) => definition.name !== consumer && isOf(definition, subject))
