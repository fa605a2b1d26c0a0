import { nanos, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import { readHeaders } from '../broker/read-headers.js'

const answers = {
  ack: Buffer.from('+ACK'),
  nak: '-NAK',
  working: Buffer.from('+WPI'),
  term: '+TERM',
} as const

/** A message that a consumer delivered, and the answers the server takes. */
export class DeliveredMessage {
  readonly stream: string
  readonly sequence: number
  /** 1 for the first delivery. */
  readonly deliveries: number
  /** When the server stored it, in nanoseconds since 1970: with stream and sequence no other message has the same. */
  readonly storedAt: string

  constructor(
    private readonly connection: NatsConnection,
    private readonly message: Msg,
  ) {
    // $JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<stream sequence>.…
    const tokens = (message.reply ?? '').split('.')
    const first = tokens.length > 9 ? 4 : 2
    this.stream = tokens[first] ?? ''
    this.deliveries = Number(tokens[first + 2])
    this.sequence = Number(tokens[first + 3])
    this.storedAt = tokens[first + 5] ?? ''
  }

  get subject(): string {
    return this.message.subject
  }
  get data(): Uint8Array {
    return this.message.data
  }
  /** None where they cannot be read. */
  get headers(): MsgHdrs | undefined {
    const headers = readHeaders(() => this.message.headers)
    return headers === 'unreadable' ? undefined : headers
  }
  get hasUnreadableHeaders(): boolean {
    return readHeaders(() => this.message.headers) === 'unreadable'
  }

  ack(): void {
    this.answer(answers.ack)
  }
  /** Deliver it again, after `delayMs` milliseconds. */
  nak(delayMs: number): void {
    this.answer(`${answers.nak} ${JSON.stringify({ delay: nanos(delayMs) })}`)
  }
  /** Still at it: the time the server waits for an answer starts anew. */
  working(): void {
    this.answer(answers.working)
  }
  /** Never deliver it again. */
  term(reason: string): void {
    this.answer(`${answers.term} ${reason}`)
  }

  private answer(answer: string | Uint8Array): void {
    this.connection.publish(this.message.reply ?? '', answer)
  }
}
