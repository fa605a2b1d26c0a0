import { hash } from 'node:crypto'

/** What tells one delivery of one message to one consumer from all others. */
export interface Attempt {
  readonly consumer: string
  readonly stream: string
  readonly sequence: number
  readonly count: number
  readonly message: { readonly storedAt: string }
}

/**
 * The ids of a delivery's span. They follow from the delivery itself, so that the next one knows them without anybody
 * having written them down, in whichever process it is.
 * @param traceId of the publisher's trace; without one, all deliveries of the message have one of its own
 * @returns also, as a traceparent, the span of the delivery before; undefined for the first
 */
export function attemptIds(attempt: Attempt, traceId?: string) {
  const { consumer, stream, sequence, count, message } = attempt
  const stored = `${stream} ${sequence} ${message.storedAt}`
  const trace = traceId ?? digest(stored).slice(0, 32)
  const spanOf = (delivery: number) => digest(`${stored} ${consumer} ${delivery}`).slice(0, 16)
  return {
    traceId: trace,
    spanId: spanOf(count),
    before: count > 1 ? `00-${trace}-${spanOf(count - 1)}-01` : undefined,
  }
}

const digest = (text: string): string => hash('sha256', text)
