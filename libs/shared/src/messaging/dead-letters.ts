import { headers as newHeaders, type MsgHdrs } from '@nats-io/nats-core'
import { deadLetterSubject } from '../contracts/index.js'
import type { NatsClient } from './nats-client.js'

/** A message as the server keeps it, wherever it was found. */
export interface FailedMessage {
  readonly consumer: string
  readonly id: string
  readonly subject: string
  readonly stream: string
  readonly sequence: number
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
} as const

/** Keeps what a consumer gave up on, whole, for the operator. */
export class DeadLetters {
  constructor(private readonly nats: NatsClient) {}

  /** Stores the message with the reason. Repeating it soon stores nothing more. */
  async add(failed: FailedMessage, reason: string): Promise<void> {
    const headers = newHeaders()
    for (const [key, values] of failed.message.headers ?? []) {
      for (const value of values) if (!key.startsWith('Nats-')) headers.append(key, value)
    }
    headers.set(deadLetterHeaders.reason, reason)
    headers.set(deadLetterHeaders.consumer, failed.consumer)
    headers.set(deadLetterHeaders.subject, failed.subject)
    headers.set(deadLetterHeaders.stream, failed.stream)
    headers.set(deadLetterHeaders.sequence, String(failed.sequence))
    headers.set(deadLetterHeaders.deliveries, String(failed.count))
    headers.set('ce-id', failed.id)
    await this.nats.publish(deadLetterSubject(failed.consumer), failed.message.data, {
      headers,
      msgID: `${failed.consumer}.${failed.stream}.${failed.sequence}`,
    })
  }
}
