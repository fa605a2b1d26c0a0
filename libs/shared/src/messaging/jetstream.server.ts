import { setTimeout as delay } from 'node:timers/promises'
import type { CustomTransportStrategy } from '@nestjs/microservices'
import { Server } from '@nestjs/microservices'
import { isObservable, lastValueFrom } from 'rxjs'
import { OwnError, type Log } from '../logging/index.js'
import type { Control } from './control/index.js'
import type { ConsumerDefinition } from './consumer-definition.js'
import type { NatsClient } from './nats-client.js'
import type { NatsSettings } from './nats.settings.js'
import { PullLoop } from './pull-loop.js'
import type { MessageHandler, Router } from './router.js'
import { StartRefused } from './start-refused.js'
import type { Topology } from './topology.js'

/** Handlers get this long to finish when the service is told to stop, in milliseconds. */
const graceMs = 20_000
/** Between two tries to see to streams and consumers while the service starts, in milliseconds. */
const startAgainMs = 1_000

export interface JetStreamServerParts {
  readonly nats: NatsClient
  readonly settings: NatsSettings
  readonly topology: Topology
  readonly router: Router
  readonly control: Control
  readonly log: Log
  /** Resolves when the service may begin to work; consumers start after it. */
  readonly ready: () => Promise<void>
  /** Called when what the server holds no longer fits the code. */
  readonly onRefused: (error: StartRefused) => void
}

/** Nest's transport over JetStream: a durable pull consumer for every method marked with `Consumes`. */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  private readonly loops: PullLoop[] = []
  private closing = false

  constructor(private readonly parts: JetStreamServerParts) {
    super()
  }

  /** Connects, sees to streams and consumers, and starts to consume. */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback)
  }

  /** Stops fetching, lets handlers finish, and leaves the rest to be delivered again. */
  async close(): Promise<void> {
    this.closing = true
    this.parts.control.stop()
    await Promise.all(this.loops.map((loop) => loop.stop(graceMs)))
    this.parts.router.stop()
  }

  get definitions(): ConsumerDefinition[] {
    return this.handlers().map(({ definition }) => definition)
  }

  on(): void {
    throw new OwnError('this transport has no events of its own')
  }

  unwrap<T>(): T {
    return this.parts.nats.core as T
  }

  private async start(): Promise<void> {
    const { nats, topology, control, ready } = this.parts
    await nats.connect()
    await this.patiently(() => topology.ensureStreams())
    await ready()
    for (const { definition } of this.handlers()) control.gateOf(definition)
    await this.patiently(() => control.start())
    for (const { definition, handler } of this.handlers()) await this.consume(definition, handler)
  }

  private async consume(definition: ConsumerDefinition, handler: MessageHandler): Promise<void> {
    const { nats, settings, topology, router, control } = this.parts
    const { stream } = await this.patiently(() => topology.ensureConsumer(definition))
    const loop = new PullLoop(nats, {
      stream,
      consumer: definition.name,
      concurrency: definition.policy.concurrency,
      workingMs: settings.ackWaitMs / 3,
      gate: control.gateOf(definition),
      handle: router.route(definition, handler),
      restore: () => this.restore(definition),
    })
    this.loops.push(loop)
    loop.start()
  }

  /** A cluster may have no leader as a service starts, or lose it; that passes. */
  private async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        if (error instanceof StartRefused) throw error
        // The service is told to stop: its start neither succeeds nor fails.
        if (this.closing) return new Promise(() => undefined)
        this.parts.log.error('NATS takes no streams or consumers yet', error)
        await delay(startAgainMs)
      }
    }
  }

  /** A server that came back empty gets its streams and consumers again. */
  private async restore(definition: ConsumerDefinition): Promise<boolean> {
    const { topology, control, log, onRefused } = this.parts
    try {
      await topology.ensureStreams()
      await control.restore()
      await topology.ensureConsumer(definition)
      return true
    } catch (error) {
      if (error instanceof StartRefused) onRefused(error)
      else log.error('consumer could not be restored yet', error, { consumer: definition.name })
      return false
    }
  }

  private handlers(): { definition: ConsumerDefinition; handler: MessageHandler }[] {
    return [...this.messageHandlers.values()].map((callback) => {
      const { definition } = callback.extras as { definition: ConsumerDefinition }
      const handler: MessageHandler = async (delivery) => {
        const answer: unknown = await callback(delivery.body, delivery)
        return isObservable(answer) ? lastValueFrom(answer) : answer
      }
      return { definition, handler }
    })
  }
}
