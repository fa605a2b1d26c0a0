import {
  conventional,
  inSpan,
  own,
  readTraceparent,
  type OpenSpan,
  type Tracing,
} from '../../../telemetry/index.js'
import { attemptIds } from '../attempt-ids.js'
import type { Delivery } from '../delivery.js'
import { stopping, type Outcome } from '../../handlers/outcome.js'
import type { Middleware } from './middleware.js'

/**
 * A span for each delivery, a part of what its publisher did. A message that is delivered again has another one, with
 * a link to the one of the delivery before.
 */
export const traceDelivery =
  (tracing: Tracing): Middleware =>
  (delivery, next) =>
    inSpan(beginSpan(tracing, delivery), async (span) => {
      delivery.traceparent = span.traceparent
      const outcome = await next()
      describe(span, delivery, outcome)
      return outcome
    })

function beginSpan(tracing: Tracing, delivery: Delivery): OpenSpan {
  const { consumer, subject, stream, sequence, count } = delivery
  const parent = delivery.message.headers?.get('traceparent')
  const published = readTraceparent(parent)
  const { traceId, spanId, before } = attemptIds(delivery, published?.traceId)
  return tracing.begin(`process ${consumer}`, {
    kind: 'consumer',
    parent,
    ids: { traceId, spanId },
    linkedTo: before && published?.sampled !== false ? [before] : [],
    attributes: {
      [conventional.messagingSystem]: 'nats',
      [conventional.messagingOperation]: 'process',
      [conventional.messagingOperationType]: 'process',
      [conventional.messagingDestination]: subject,
      [conventional.messagingConsumer]: consumer,
      [own.stream]: stream,
      [own.sequence]: sequence,
      [own.delivery]: count,
    },
  })
}

/** What only the message's body says, and how it went. */
function describe(span: OpenSpan, delivery: Delivery, outcome: Outcome): void {
  span.set({
    [conventional.messageId]: delivery.id,
    [own.reference]: (delivery.body as { reference?: string } | undefined)?.reference,
    [own.outcome]: outcome.kind,
    [own.reason]: outcome.kind === 'done' ? undefined : outcome.reason,
  })
  // Given back because the service stops is no failure.
  if (outcome.kind !== 'done' && outcome !== stopping) span.fail(outcome.reason)
}
