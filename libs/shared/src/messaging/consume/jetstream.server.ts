import { setTimeout as delay } from 'node:timers/promises'
import type { CustomTransportStrategy } from '@nestjs/microservices'
import { Server } from '@nestjs/microservices'
import { isObservable, lastValueFrom } from 'rxjs'
import { streamOf } from '../../contracts/index.js'
import { OwnError, type Log } from '../../logging/index.js'
import type { Control } from '../control/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { NatsClient } from '../broker/nats-client.js'
import { PullLoop } from './pull-loop.js'
import type { MessageHandler, Router } from './router.js'
import { StartRefused } from '../broker/start-refused.js'
import { Reported, type Topology, type Unfit } from '../topology/index.js'

/** Handlers get this long to finish when the service is told to stop, in milliseconds. */
const graceMs = 20_000
/** Between two looks at streams and consumers while the service starts, in milliseconds. */
const startAgainMs = 200
/** And later, to tell of what somebody has changed. */
const lookMs = 10_000

const broker = 'the broker'

export interface JetStreamServerParts {
  readonly nats: NatsClient
  readonly topology: Topology
  readonly router: Router
  readonly control: Control
  readonly log: Log
  /** Resolves when the service may begin to work; consumers start after it. */
  readonly ready: () => Promise<void>
}

/** Nest's transport over JetStream: a durable pull consumer for every method marked with `Consumes`. */
export class JetStreamServer extends Server implements CustomTransportStrategy {
  private readonly loops: PullLoop[] = []
  private readonly reported: Reported
  private readonly refusals = new Map<string, string>()
  private timer: NodeJS.Timeout | undefined
  private closing = false

  constructor(private readonly parts: JetStreamServerParts) {
    super()
    this.reported = new Reported(parts.log)
  }

  /** Connects, waits for streams and consumers, and starts to consume. */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback)
  }

  /** Stops fetching, lets handlers finish, and leaves the rest to be delivered again. */
  async close(): Promise<void> {
    this.closing = true
    clearInterval(this.timer)
    this.parts.control.stop()
    await Promise.all(this.loops.map((loop) => loop.stop(graceMs)))
    this.parts.router.stop()
  }

  get definitions(): ConsumerDefinition[] {
    return this.handlers().map(({ definition }) => definition)
  }

  /** Why the messages of a handler cannot be fetched at the moment, in words, by its consumer. */
  get starved(): ReadonlyMap<string, string> {
    const lacking = this.parts.topology.problems.flatMap((unfit) =>
      unfit.consumer !== undefined && (unfit.lacking || unfit.paused)
        ? [[unfit.consumer, unfit.words] as const]
        : [],
    )
    return new Map([...this.refusals, ...lacking])
  }

  /** What streams and consumers are waited for, or are not as they should be, in words. */
  get problems(): readonly Unfit[] {
    return this.parts.topology.problems
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
    await this.untilFit(() => topology.lookAtStreams())
    await ready()
    for (const definition of this.definitions) control.gateOf(definition)
    await this.patiently(() => control.start())
    await this.untilFit(() => topology.lookAtConsumers(this.definitions))
    for (const { definition, handler } of this.handlers()) this.consume(definition, handler)
    this.timer = setInterval(() => void this.look(), lookMs).unref()
  }

  private consume(definition: ConsumerDefinition, handler: MessageHandler): void {
    const { nats, router, control } = this.parts
    const { name: consumer, policy, subjects } = definition
    const loop = new PullLoop(nats, {
      stream: streamOf(subjects[0]),
      consumer,
      concurrency: policy.concurrency,
      workingMs: nats.settings.ackWaitMs / 3,
      gate: control.gateOf(definition),
      handle: router.route(definition, handler),
      restore: () => this.restore(definition),
      onTrouble: (words) => this.troubled(consumer, words),
    })
    this.loops.push(loop)
    loop.start()
  }

  /** Waits for whoever provides streams and consumers. */
  private async untilFit(look: () => Promise<Unfit[]>): Promise<void> {
    while ((await this.patiently(look)).length) {
      if (this.closing) return this.neverStarts()
      await delay(startAgainMs)
    }
  }

  /** A cluster may have no leader as a service starts, or lose it; that passes. */
  private async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await attempt()
        this.reported.over(broker)
        return result
      } catch (error) {
        if (error instanceof StartRefused) throw error
        if (this.closing) return this.neverStarts()
        this.reported.trouble(broker, 'NATS does not tell of streams and consumers yet', error)
        await delay(startAgainMs)
      }
    }
  }

  /** The service is told to stop: its start neither succeeds nor fails. */
  private neverStarts<T>(): Promise<T> {
    return new Promise(() => undefined)
  }

  /** After trouble: whether the consumer is there. A server that came back empty gets back what this process knows. */
  private async restore(definition: ConsumerDefinition): Promise<boolean> {
    const { topology, control } = this.parts
    try {
      const unfit = await topology.lookAtConsumers([definition])
      if (unfit.some(({ lacking }) => lacking)) return false
      await control.restore()
      this.reported.over(broker)
      return true
    } catch (error) {
      this.reported.trouble(broker, 'NATS does not tell of streams and consumers', error)
      return false
    }
  }

  private troubled(consumer: string, words: string | undefined): void {
    const about = `the fetching of messages for ${consumer}`
    if (words === undefined) {
      this.refusals.delete(consumer)
      this.reported.over(about)
    } else {
      this.refusals.set(consumer, words)
      this.reported.trouble(about, `no messages come for ${consumer}: ${words}`)
    }
  }

  /** Somebody may change streams and consumers while all goes well. */
  private async look(): Promise<void> {
    const { nats, topology } = this.parts
    if (!nats.isConnected) return
    try {
      await topology.lookAtStreams()
      await topology.lookAtConsumers(this.definitions)
      this.reported.over(broker)
    } catch (error) {
      this.reported.trouble(broker, 'NATS does not tell of streams and consumers', error)
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
