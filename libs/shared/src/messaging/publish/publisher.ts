import { randomBytes } from 'node:crypto'
import { headers as newHeaders, type MsgHdrs } from '@nats-io/nats-core'
import type { Clock } from '../../clock/index.js'
import { isSubject, type OutgoingMessage } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import {
  conventional,
  inSpan,
  counted,
  otherValue,
  own,
  type OpenSpan,
  type Tracing,
} from '../../telemetry/index.js'
import type { NatsClient } from '../broker/nats-client.js'

/** Where a message ended up. `sequence` is the first one's if it was there already. */
export interface Published {
  readonly stream: string
  readonly sequence: number
  /** It was there already. */
  readonly repeated?: boolean
}

/** Publishes the project's messages with the headers of the CloudEvents NATS binding. */
export class Publisher {
  constructor(
    private readonly nats: NatsClient,
    private readonly source: string,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly tracing: Tracing | null = null,
  ) {}

  /**
   * Stores one message; with the same id again within the stream's window it is stored once.
   * @param occasion what the stream is to tell it by instead, where it is published again on purpose
   * @throws when the server did not confirm it
   */
  async publish(message: OutgoingMessage, occasion = message.id): Promise<Published> {
    if (!this.tracing) return this.send(message, occasion)
    return inSpan(publishSpan(this.tracing, message), async (span) => {
      const published = await this.send({ ...message, traceparent: span.traceparent }, occasion)
      const { stream, sequence, repeated } = published
      span.set({ [own.stream]: stream, [own.sequence]: sequence, [own.repeated]: repeated })
      return published
    })
  }

  /**
   * The same for what nobody may hide: the stream passes over a message as long as it remembers its id, whoever has
   * published under that, so a repeat is only believed where what is stored is this message. Needs the right to look.
   * @throws when the server did not confirm it, or does not say what it has instead
   */
  async publishSurely(message: OutgoingMessage, occasion = message.id): Promise<Published> {
    const published = await this.publish(message, occasion)
    if (!published.repeated || (await this.isThere(message, published))) return published
    const { id: messageId, subject } = message
    this.log.warn('somebody has published another message under the id of this one', { messageId, subject })
    return this.publish(message, `${messageId}.${randomBytes(9).toString('hex')}`)
  }

  /** Publishes what a commit owes. What fails is left to the relay, which finds it in the outbox. */
  async publishFollowUps(messages: readonly OutgoingMessage[]): Promise<void> {
    const results = await Promise.allSettled(messages.map((message) => this.publish(message)))
    const failed = results.filter(({ status }) => status === 'rejected').length
    if (failed) this.log.warn('follow-ups left to the relay', { count: failed })
  }

  private async isThere({ id, subject, body }: OutgoingMessage, at: Published): Promise<boolean> {
    const stored = await this.nats.manager.streams.getMessage(at.stream, { seq: at.sequence })
    if (stored?.subject !== subject || stored.string() !== JSON.stringify(body)) return false
    return stored.header.get('ce-id') === id
  }

  private async send(message: OutgoingMessage, occasion: string): Promise<Published> {
    const sent = this.nats.publish(message.subject, JSON.stringify(message.body), {
      headers: this.headersOf(message),
      msgID: occasion,
    })
    const { stream, seq, duplicate } = await counting(message.subject, sent)
    return { stream, sequence: seq, ...(duplicate && { repeated: true }) }
  }

  private headersOf(message: OutgoingMessage): MsgHdrs {
    const headers = newHeaders()
    headers.set('ce-specversion', '1.0')
    headers.set('ce-id', message.id)
    headers.set('ce-type', message.subject)
    headers.set('ce-source', this.source)
    headers.set('ce-time', this.clock.instant().toISOString())
    headers.set('content-type', 'application/json')
    if (message.traceparent) headers.set('traceparent', message.traceparent)
    return headers
  }
}

async function counting<T>(name: string, sent: Promise<T>): Promise<T> {
  // What an older version of the code has left in the outbox may have any name.
  const subject = isSubject(name) ? name : otherValue
  try {
    const answer = await sent
    counted().messagesPublished.inc({ subject, outcome: 'ok' })
    return answer
  } catch (error) {
    counted().messagesPublished.inc({ subject, outcome: 'failed' })
    throw error
  }
}

/** A part of what caused the message, whoever publishes it in the end. */
const publishSpan = (tracing: Tracing, { id, subject, traceparent }: OutgoingMessage): OpenSpan =>
  tracing.begin(`publish ${subject}`, {
    kind: 'producer',
    parent: traceparent,
    attributes: {
      [conventional.messagingSystem]: 'nats',
      [conventional.messagingOperation]: 'publish',
      [conventional.messagingOperationType]: 'send',
      [conventional.messagingDestination]: subject,
      [conventional.messageId]: id,
    },
  })
