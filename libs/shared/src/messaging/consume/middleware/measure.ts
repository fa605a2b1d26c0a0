import { counted, reasons } from '../../../telemetry/index.js'
import type { ConsumerDefinition } from '../../handlers/consumer-definition.js'
import { forEachKind } from '../../handlers/outcome.js'
import type { Middleware } from './middleware.js'
import { isTriedAgain } from './settle.js'

/** Around everything else: what became of each delivery, how long it took, and how long the message had waited. */
export function measure({ name: handler }: ConsumerDefinition): Middleware {
  const { handlerInFlight, messageQueueWait, messagesHandled, messageDuration, messagesRetried } = counted()
  // Shown from the beginning: a rate needs a first value.
  handlerInFlight.set({ handler }, 0)
  forEachKind((outcome) => messagesHandled.inc({ handler, outcome }, 0))
  return async (delivery, next) => {
    const { begun, message, count } = delivery
    const storedAt = Number(message.storedAt) / 1e9
    // The server's clock may be ahead of this machine's.
    if (count === 1 && storedAt)
      messageQueueWait.observe({ handler }, Math.max(0, secondsAt(begun) - storedAt))
    handlerInFlight.inc({ handler })
    const outcome = await next()
    handlerInFlight.dec({ handler })
    const labels = { handler, outcome: outcome.kind }
    messagesHandled.inc(labels)
    messageDuration.observe(labels, (performance.now() - begun) / 1_000)
    if (outcome.kind !== 'done' && isTriedAgain(outcome, delivery))
      messagesRetried.inc({ handler, reason: reasons.of(outcome.reason) })
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
