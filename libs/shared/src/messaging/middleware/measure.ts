import { metrics, reasons } from '../../telemetry/index.js'
import type { ConsumerDefinition } from '../consumer-definition.js'
import { forEachKind } from '../outcome.js'
import type { Middleware } from './middleware.js'
import { isTriedAgain } from './settle.js'

/** Around everything else: what became of each delivery, how long it took, and how long the message had waited. */
export function measure({ name: handler }: ConsumerDefinition): Middleware {
  // Looked up here, once: a message costs no more than a few additions.
  const inFlight = metrics.handlerInFlight.of({ handler })
  const waited = metrics.messageQueueWait.of({ handler })
  const handled = forEachKind((outcome) => metrics.messagesHandled.of({ handler, outcome }))
  const lasted = forEachKind((outcome) => metrics.messageDuration.of({ handler, outcome }))
  return async (delivery, next) => {
    const begun = performance.now()
    const storedAt = Number(delivery.message.storedAt) / 1e9
    // The server's clock may be ahead of this machine's.
    if (delivery.count === 1 && storedAt) waited.observe(Math.max(0, Date.now() / 1_000 - storedAt))
    inFlight.add(1)
    const outcome = await next()
    inFlight.add(-1)
    handled[outcome.kind].add(1)
    lasted[outcome.kind].observe((performance.now() - begun) / 1_000)
    if (outcome.kind !== 'done' && isTriedAgain(outcome, delivery))
      metrics.messagesRetried.inc({ handler, reason: reasons.of(outcome.reason) })
    return outcome
  }
}
