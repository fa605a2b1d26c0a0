import type { Log, LogFields } from '../../../logging/index.js'
import { traceIdOf } from '../../../telemetry/index.js'
import type { Delivery } from '../delivery.js'
import type { Middleware } from './middleware.js'

/** One line a delivery, with what it takes to follow the message: its id, claim and trace. */
export const logDelivery =
  (log: Log): Middleware =>
  async (delivery, next) => {
    const outcome = await next()
    if (outcome.kind === 'done' && !log.debugging) return outcome
    const fields = {
      ...deliveryFields(delivery),
      outcome: outcome.kind,
      ms: Math.round(performance.now() - delivery.begun),
    }
    if (outcome.kind === 'done') log.debug('message handled', fields)
    else log.warn('message not handled', { ...fields, reason: outcome.reason })
    return outcome
  }

/** What any log line about a delivery says of it. */
export function deliveryFields(delivery: Delivery): LogFields {
  const reference = (delivery.body as { reference?: string } | undefined)?.reference
  return {
    messageId: delivery.id,
    subject: delivery.subject,
    consumer: delivery.consumer,
    delivery: delivery.count,
    traceId: traceIdOf(delivery.traceparent),
    ...(reference ? { reference } : {}),
  }
}
