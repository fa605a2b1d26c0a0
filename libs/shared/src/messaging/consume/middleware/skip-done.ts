import { NotOwed, type MessageIdentity, type Standing } from '../../../contracts/index.js'
import { OwnError, type Log } from '../../../logging/index.js'
import { counted, currentSpan } from '../../../telemetry/index.js'
import type { Delivery } from '../delivery.js'
import { done, reject, type Outcome } from '../../handlers/outcome.js'
import { deliveryFields } from './log-delivery.js'
import type { Middleware } from './middleware.js'

/** Knows where messages stand with a consumer. */
export interface Standings {
  standing(message: MessageIdentity): Promise<Standing>
  /** Whether a handler that asks itself has done so. */
  wasAsked(message: MessageIdentity): boolean
}

/** The reason of a message whose Task row is another one by now. */
export const taskRowChanged = 'task-row-changed'

const words = {
  done: 'done before',
  'given-up': 'given up before',
  superseded: 'of an earlier run of its task',
  'run-unknown': 'of a run of a task that the database does not know',
  waiting: 'to be done later',
  cancelled: 'called off',
} as const satisfies Record<Exclude<Standing, 'owed' | 'row-changed'>, string>

/**
 * Asked before the handler, or by it with what it reads first: a repeat of what has ended costs one question and no call
 * to the outside.
 */
export const skipDone =
  (standings: Standings, log: Log): Middleware =>
  async (delivery, next) => {
    const asksFirst = delivery.definition.asksFirst === true
    const standing = asksFirst ? 'owed' : await standings.standing(delivery)
    if (standing !== 'owed') return skip(delivery, standing)
    try {
      const outcome = await next()
      if (asksFirst && !standings.wasAsked(delivery))
        throw new OwnError('the handler has not asked whether its message is to be done')
      return outcome
    } catch (error) {
      if (error instanceof NotOwed) return skip(delivery, error.standing)
      throw error
    }

    function skip(of: Delivery, why: Exclude<Standing, 'owed'>): Outcome {
      // Nobody would ever do it, and no row says so.
      if (why === 'row-changed') return reject(taskRowChanged)
      counted().messagesSkipped.inc({ handler: of.consumer, standing: why })
      currentSpan()?.event(words[why])
      // A repeat of what is done is nothing to speak of; nor is what comes again when it is to be done.
      if (why !== 'done' && why !== 'waiting')
        log.warn(`message is not done: ${words[why]}`, deliveryFields(of))
      return done
    }
  }
