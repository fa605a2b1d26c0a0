import type { MessageIdentity, Standing } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import { currentSpan, metrics } from '../../telemetry/index.js'
import { done, reject } from '../outcome.js'
import { deliveryFields } from './log-delivery.js'
import type { Middleware } from './middleware.js'

/** Knows where messages stand with a consumer. */
export interface Standings {
  standing(message: MessageIdentity): Promise<Standing>
}

/** The reason of a message whose Task row is another one by now. */
export const taskRowChanged = 'task-row-changed'

const words = {
  done: 'done before',
  'given-up': 'given up before',
  superseded: 'of an earlier run of its task',
  'run-unknown': 'of a run of a task that the database does not know',
} as const satisfies Record<Exclude<Standing, 'owed' | 'row-changed'>, string>

/** Asked before the handler: a repeat of what has ended costs one question and no call to the outside. */
export const skipDone =
  (standings: Standings, log: Log): Middleware =>
  async (delivery, next) => {
    const standing = await standings.standing(delivery)
    if (standing === 'owed') return next()
    // Nobody would ever do it, and no row says so.
    if (standing === 'row-changed') return reject(taskRowChanged)
    metrics.messagesSkipped.inc({ handler: delivery.consumer, standing })
    currentSpan()?.event(words[standing])
    // A repeat of what is done is nothing to speak of.
    if (standing !== 'done') log.warn(`message is not done: ${words[standing]}`, deliveryFields(delivery))
    return done
  }
