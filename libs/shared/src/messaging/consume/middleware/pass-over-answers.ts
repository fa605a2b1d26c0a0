import type { Log } from '../../../logging/index.js'
import { counted } from '../../../telemetry/index.js'
import { isBrokerAnswer } from '../broker-answer.js'
import { done } from '../../handlers/outcome.js'
import type { Middleware } from './middleware.js'

/**
 * Ends what the broker has answered to somebody, who had it sent here: nobody's work, and neither a dead letter nor a row
 * is made of it. The log says that it came, for whoever did that has a key. No answer keeps to a contract of ours, so
 * only what was refused is looked at.
 */
export const passOverAnswers =
  (log: Log): Middleware =>
  async (delivery, next) => {
    const outcome = await next()
    const { consumer, subject, message, body } = delivery
    if (body !== undefined || outcome.kind !== 'reject' || !isBrokerAnswer(message)) return outcome
    counted().messagesSkipped.inc({ handler: consumer, standing: 'broker-answer' })
    log.warn('an answer of the broker came as work: somebody has it sent here', {
      ...{ consumer, subject, stream: message.stream, sequence: message.sequence },
    })
    return done
  }
