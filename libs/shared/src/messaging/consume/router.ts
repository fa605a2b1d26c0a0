import type { DeliveredMessage } from './delivered-message.js'
import type { Log } from '../../logging/index.js'
import type { Tracing } from '../../telemetry/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { DeadLetters } from '../dead-letters/dead-letters.js'
import { Delivery } from './delivery.js'
import { lookingOn } from './looking-on.js'
import { knowSubject } from './middleware/know-subject.js'
import { logDelivery } from './middleware/log-delivery.js'
import { chain } from './middleware/middleware.js'
import { measure } from './middleware/measure.js'
import { settle, type DeliveryRecords } from './middleware/settle.js'
import { traceDelivery } from './middleware/trace-delivery.js'
import { passOverAnswers } from './middleware/pass-over-answers.js'
import { skipDone, type Standings } from './middleware/skip-done.js'
import { TimeOut } from './middleware/time-out.js'
import { validate } from './middleware/validate.js'
import { waitForUpstream } from './middleware/wait-for-upstream.js'
import type { HandlerGate } from '../control/index.js'
import { assertOutcome, type Outcome } from '../handlers/outcome.js'

export type MessageHandler = (delivery: Delivery) => Promise<unknown>

export interface RouterParts {
  readonly deadLetters: Pick<DeadLetters, 'add'>
  readonly records: DeliveryRecords
  /** Absent for handlers that keep no record of what is done. */
  readonly inbox?: Standings
  /** What may hold a handler up; absent where nothing does. */
  readonly gateOf?: (definition: ConsumerDefinition) => HandlerGate
  readonly log: Log
  /** False only where it is measured what measuring costs. */
  readonly measured?: boolean
  /** Absent, or null, where traces are off. */
  readonly tracing?: Tracing | null
}

/** Takes every delivery through the same layers to its handler, and is the only one to answer the server. */
export class Router {
  private readonly timeOut = new TimeOut()

  constructor(private readonly parts: RouterParts) {}

  /** What to call with each message of a consumer; it never rejects. */
  route(
    definition: ConsumerDefinition,
    handler: MessageHandler,
  ): (message: DeliveredMessage) => Promise<Outcome> {
    const { gateOf, log, tracing } = this.parts
    const { deadLetters, records, inbox } = definition.observes ? lookingOn(log) : this.parts
    const layers = [
      ...(this.parts.measured === false ? [] : [measure(definition)]),
      ...(tracing ? [traceDelivery(tracing)] : []),
      knowSubject(deadLetters, log),
      settle(deadLetters, records, log),
      logDelivery(log),
      ...(definition.observes ? [] : [passOverAnswers(log), validate]),
      ...(gateOf ? [waitForUpstream(gateOf(definition), records, log)] : []),
      this.timeOut.middleware,
      ...(inbox ? [skipDone(inbox, log)] : []),
    ]
    const handle = chain(layers, async (delivery) => {
      const outcome = await handler(delivery)
      assertOutcome(outcome)
      return outcome
    })
    return (message) => handle(new Delivery(message, definition))
  }

  stop(): void {
    this.timeOut.stop()
  }
}
