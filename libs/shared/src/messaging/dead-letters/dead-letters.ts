import { headers as newHeaders, type MsgHdrs } from '@nats-io/nats-core'
import { deadLetterSubject, fittingId, placeId, type Place } from '../../contracts/index.js'
import { counted, otherValue, reasons } from '../../telemetry/index.js'
import { givenId } from './message-identity.js'
import type { NatsClient } from '../broker/nats-client.js'
import { isHandlerName } from '../handlers/known-handlers.js'

/** A message as the server keeps it, wherever it was found. */
export interface FailedMessage extends Place {
  readonly consumer: string
  readonly id: string
  readonly subject: string
  readonly count: number
  readonly message: { readonly data: Uint8Array; readonly headers?: MsgHdrs | undefined }
}

/** Headers of a dead letter, beside the original's own. */
export const deadLetterHeaders = {
  reason: 'hwpv-reason',
  consumer: 'hwpv-consumer',
  subject: 'hwpv-subject',
  stream: 'hwpv-stream',
  sequence: 'hwpv-sequence',
  deliveries: 'hwpv-deliveries',
  /** Only where the message was too large to be kept whole: the bytes its body had. */
  cutFrom: 'hwpv-cut-from',
} as const

/** The first line of headers, the last, and the one the client adds for the message's id. */
const otherHeaderBytes = 512

/** Keeps what a consumer gave up on for the operator. */
export class DeadLetters {
  constructor(private readonly nats: NatsClient) {}

  /**
   * Stores the message with the reason, whole. Only if no room is left for the reason in the largest message that the
   * server takes, its own headers and the end of its body are left out: its stream has them. Repeating it soon stores
   * nothing more.
   */
  async add(failed: FailedMessage, reason: string): Promise<void> {
    const { headers, data } = letterOf(failed, reason, this.nats.core.info?.max_payload ?? Infinity)
    const { duplicate } = await this.nats.publish(deadLetterSubject(failed.consumer), data, {
      headers,
      msgID: `${failed.consumer}.${placeId(failed)}`,
    })
    if (duplicate) return
    const handler = isHandlerName(failed.consumer) ? failed.consumer : otherValue
    counted().messagesDeadLettered.inc({ handler, reason: reasons.of(reason) })
  }
}

function letterOf(failed: FailedMessage, reason: string, largest: number) {
  const { data, headers: original } = failed.message
  const whole = newHeaders()
  for (const [key, values] of original ?? []) {
    for (const value of values) if (!key.startsWith('Nats-')) whole.append(key, value)
  }
  explain(whole, failed, reason)
  if (data.length + sizeOf(whole) <= largest) return { headers: whole, data }
  const headers = newHeaders()
  explain(headers, failed, reason)
  headers.set(deadLetterHeaders.cutFrom, String(data.length))
  return { headers, data: data.subarray(0, largest - sizeOf(headers)) }
}

function explain(headers: MsgHdrs, failed: FailedMessage, reason: string): void {
  headers.set(deadLetterHeaders.reason, reason)
  headers.set(deadLetterHeaders.consumer, failed.consumer)
  headers.set(deadLetterHeaders.subject, failed.subject)
  headers.set(deadLetterHeaders.stream, failed.stream)
  headers.set(deadLetterHeaders.sequence, String(failed.sequence))
  headers.set(deadLetterHeaders.deliveries, String(failed.count))
  headers.set('ce-id', nameOf(failed))
}

/** As its publisher wrote it, where that is what it is known by. */
function nameOf({ id, message: { headers } }: FailedMessage): string {
  const given = givenId(headers)
  return given !== undefined && /^[\x21-\x7e]{1,200}$/.test(given) && fittingId(given) === id ? given : id
}

/** Bytes on the wire, at the most. */
function sizeOf(headers: MsgHdrs): number {
  const lines = [...headers].flatMap(([key, values]) => values.map((value) => `${key}: ${value}\r\n`))
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line), otherHeaderBytes)
}
