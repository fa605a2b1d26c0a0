import { jetstream, jetstreamManager, type ConsumerInfo, type PubAck } from '@nats-io/jetstream'
import { headers as newHeaders } from '@nats-io/nats-core'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { unanswered } from './answered.js'

/** A message as a stream stores it. */
export interface StoredMessage {
  readonly stream: string
  readonly subject: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** By the server's clock. */
  readonly stored: Date
}

/** A NATS client with nothing of the project's own: what a web app or an operator's command line has. */
export class BareClient {
  private constructor(private readonly connection: NatsConnection) {}

  static async connect(url: string): Promise<BareClient> {
    return new BareClient(await connect({ servers: url, tls: null }))
  }

  /** Publishes a text or bytes as they are; an object as JSON. */
  publish(
    subject: string,
    body: string | Uint8Array | object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<PubAck> {
    const data = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
    if (!headers) return jetstream(this.connection).publish(subject, data)
    const added = newHeaders()
    for (const [name, value] of Object.entries(headers)) added.set(name, value)
    return jetstream(this.connection).publish(subject, data, { headers: added })
  }

  /** Publishes the same as often, and has the broker's answers sent to each of these subjects. */
  request(subject: string, body: string, replies: readonly string[]): Promise<void> {
    for (const reply of replies) this.connection.publish(subject, body, { reply })
    return this.connection.flush()
  }

  /** Every message of a stream. */
  async read(stream: string): Promise<StoredMessage[]> {
    const manager = await jetstreamManager(this.connection)
    const { state } = await manager.streams.info(stream)
    const messages: StoredMessage[] = []
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
      const stored = await manager.streams.getMessage(stream, { seq })
      if (!stored) continue
      const headers = Object.fromEntries([...stored.header].map(([name, values]) => [name, values.join(',')]))
      messages.push({ stream, subject: stored.subject, headers, body: stored.string(), stored: stored.time })
    }
    return messages
  }

  /** Every message of every stream. */
  async readAll(): Promise<StoredMessage[]> {
    const manager = await jetstreamManager(this.connection)
    const messages: StoredMessage[] = []
    for (const stream of await manager.streams.names().next()) messages.push(...(await this.read(stream)))
    return messages
  }

  async consumer(stream: string, name: string): Promise<ConsumerInfo> {
    return (await jetstreamManager(this.connection)).consumers.info(stream, name)
  }

  /**
   * Whether every consumer of a stream has answered all that is stored for it; false where there is none.
   * @param isMeant those that have somebody who fetches for them; all by default
   */
  async allAnswered(stream: string, isMeant?: (consumer: string) => boolean): Promise<boolean> {
    return (await unanswered(this.connection, stream, isMeant)).length === 0
  }

  async close(): Promise<void> {
    await this.connection.close()
  }
}
