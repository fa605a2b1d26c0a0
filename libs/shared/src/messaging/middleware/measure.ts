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
    const { begun, message, count } = delivery
    const storedAt = Number(message.storedAt) / 1e9
    // The server's clock may be ahead of this machine's.
    if (count === 1 && storedAt) waited.observe(Math.max(0, secondsAt(begun) - storedAt))
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

/** The machine's clock is asked once a second: it may be set, and asking for each message shows in the throughput. */
const clock = { lookedAt: -Infinity, ahead: 0 }

/** Seconds since 1970 at a moment of `performance.now()` that is about now. */
function secondsAt(moment: number): number {
  if (moment - clock.lookedAt > 1_000) {
    clock.lookedAt = performance.now()
    clock.ahead = Date.now() - clock.lookedAt
  }
  return (moment + clock.ahead) / 1_000
}
