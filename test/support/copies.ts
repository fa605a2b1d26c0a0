import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/nats-core'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { streamOf, streams } from '#shared/contracts'
import { unanswered } from './answered.js'
import type { System } from './system.js'

const copyOf = 'test-copy-of'
const work = [streams.claims, streams.notifications, streams.schedule]
const workStreams = work.map(({ name }) => name)
const workSubjects = work.flatMap(({ subjects }) => subjects)

/**
 * Publishes every message of the work streams again, as the same message: at once, while the first one is being
 * handled, and, when asked to, all of them once more.
 */
export class Copies {
  private made = 0
  private readonly stored: Promise<unknown>[] = []
  private constructor(
    private readonly connection: NatsConnection,
    private readonly system: Pick<System, 'consumers'>,
    private readonly copies: number,
  ) {}

  static async start(system: Pick<System, 'consumers' | 'nats'>, copies: number): Promise<Copies> {
    const made = new Copies(await connect({ servers: system.nats.url, tls: null }), system, copies)
    // Copies are made as messages are published, without waiting for their stream to be read.
    for (const subject of workSubjects) {
      made.connection.subscribe(subject, {
        callback: (error, message) => {
          if (!error && !message.headers?.get(copyOf))
            made.copy(message.subject, message.data, message.headers)
        },
      })
    }
    await made.connection.flush()
    return made
  }

  /** Publishes what the streams hold again, in their order. */
  async replay(): Promise<void> {
    const manager = await jetstreamManager(this.connection)
    const client = jetstream(this.connection)
    for (const name of workStreams) {
      const { state } = await manager.streams.info(name)
      for (let sequence = Math.max(1, state.first_seq); sequence <= state.last_seq; sequence++) {
        const stored = await manager.streams.getMessage(name, { seq: sequence })
        if (!stored || stored.header.get(copyOf)) continue
        for (let copy = 0; copy < this.copies; copy++) {
          await client.publish(stored.subject, stored.data, { headers: this.headersOf(stored.header) })
        }
      }
    }
  }

  /** Every message of the streams has been answered by the services that run, the copies of all there was by now included. */
  async allAnswered(): Promise<boolean> {
    // Of what was published before this, each message is here by now, and its copies are on their way.
    await this.connection.flush()
    await Promise.all(this.stored.splice(0))
    const { consumers } = this.system
    const names = new Set(consumers.map(({ name }) => name))
    // A test may run one service alone: what its follow-ups are for is not there.
    const served = new Set(consumers.map(({ subjects: [subject] }) => streamOf(subject)))
    for (const name of workStreams.filter((stream) => served.has(stream)))
      if ((await unanswered(this.connection, name, (consumer) => names.has(consumer))).length) return false
    return served.size > 0
  }

  get count(): number {
    return this.made
  }

  async stop(): Promise<void> {
    await this.connection.drain()
  }

  private copy(subject: string, data: Uint8Array, original: MsgHdrs | undefined): void {
    const client = jetstream(this.connection)
    for (let copy = 0; copy < this.copies; copy++)
      this.stored.push(client.publish(subject, data, { headers: this.headersOf(original) }))
  }

  /** The same message to a consumer, another one to the stream's own window of repeats. */
  private headersOf(original: MsgHdrs | undefined): MsgHdrs {
    const copy = headers()
    for (const [name, values] of original ?? []) {
      if (!name.startsWith('Nats-')) for (const value of values) copy.append(name, value)
    }
    copy.set('Nats-Msg-Id', `copy-${++this.made}`)
    copy.set(copyOf, original?.get('ce-id') ?? '')
    return copy
  }
}
