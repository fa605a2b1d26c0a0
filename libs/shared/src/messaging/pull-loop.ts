import { DeliveredMessage } from './delivered-message.js'
import { nanos, type Msg, type Subscription } from '@nats-io/nats-core'
import type { HandlerGate } from './control/index.js'
import type { NatsClient } from './nats-client.js'

const expiresMs = 30_000
const heartbeatMs = 5_000
const recoverMs = 250
const status = { heartbeat: 100, conflict: 409, noResponders: 503 } as const

export interface PullLoopOptions {
  readonly stream: string
  readonly consumer: string
  /** The most messages that are asked for or in work at any time; those that rest at the gate come on top. */
  readonly concurrency: number
  /** How often the server is told that work goes on, in milliseconds. */
  readonly workingMs: number
  /** Says how many may be fetched; without it, as many as can be handled. */
  readonly gate?: HandlerGate
  /** Handles one message; never rejects. */
  handle(message: DeliveredMessage): Promise<unknown>
  /** Puts back what the server may have lost, before it is asked again; false if that did not work out yet. */
  restore(): Promise<boolean>
}

/**
 * Pulls exactly as many messages as there are free hands, so that none waits here while its time runs out, and
 * none is fetched that is not about to be handled. (The client's own `consume()` buffers beyond that.)
 */
export class PullLoop {
  private readonly inFlight = new Set<DeliveredMessage>()
  private readonly idle: (() => void)[] = []
  private subscription: Subscription | undefined
  private timer: NodeJS.Timeout | undefined
  private requested = 0
  private lastSign = 0
  private recovering = false
  private stopped = false

  constructor(
    private readonly nats: NatsClient,
    private readonly options: PullLoopOptions,
  ) {}

  start(): void {
    const inbox = this.nats.inbox(this.options.consumer)
    this.subscription = this.nats.core.subscribe(inbox, { callback: (_, message) => this.receive(message) })
    this.nats.onReconnect(() => void this.recover())
    this.timer = setInterval(() => this.tick(), this.options.workingMs)
    this.lastSign = performance.now()
    this.options.gate?.onChange(() => this.ask())
    this.ask()
  }

  /** Stops fetching and waits for the handlers, at most `graceMs` milliseconds. */
  async stop(graceMs: number): Promise<void> {
    this.stopped = true
    this.subscription?.unsubscribe()
    if (this.inFlight.size) {
      const all = new Promise<void>((resolve) => this.idle.push(resolve))
      let deadline: NodeJS.Timeout | undefined
      await Promise.race([all, new Promise((resolve) => (deadline = setTimeout(resolve, graceMs)))])
      clearTimeout(deadline)
    }
    clearInterval(this.timer)
  }

  /** Asks for as many as can be handled, in few requests: when none is under way, or a good part is free. */
  private ask(): void {
    if (this.stopped) return
    const { concurrency, stream, consumer, gate } = this.options
    const busy = this.inFlight.size - (gate?.resting ?? 0)
    const free = concurrency - busy - this.requested
    if (free <= 0 || (this.requested > 0 && free < concurrency / 4)) return
    const batch = gate ? gate.take(free, this.requested) : free
    if (!batch) return
    this.requested += batch
    const request = { batch, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) }
    this.nats.core.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
      reply: this.subscription?.getSubject() ?? '',
    })
  }

  private receive(message: Msg): void {
    this.lastSign = performance.now()
    // Only a status has no reply subject; the headers of the others are read by whoever needs them.
    if (!message.reply && message.headers?.code) return this.receiveStatus(message)
    this.requested = Math.max(0, this.requested - 1)
    void this.handle(new DeliveredMessage(this.nats.core, message))
  }

  private async handle(message: DeliveredMessage): Promise<void> {
    this.inFlight.add(message)
    try {
      await this.options.handle(message)
    } finally {
      this.inFlight.delete(message)
      this.ask()
      if (this.inFlight.size === 0) this.idle.splice(0).forEach((resolve) => resolve())
    }
  }

  private receiveStatus(message: Msg): void {
    const code = message.headers?.code
    if (code === status.heartbeat) return
    const unserved = Number(message.headers?.get('Nats-Pending-Messages') || this.requested)
    this.forget(Math.min(unserved, this.requested))
    // A server that says no to every request is not asked again at once.
    if (code === status.conflict || code === status.noResponders)
      setTimeout(() => void this.recover(), recoverMs)
    else this.ask()
  }

  private tick(): void {
    for (const message of this.inFlight) message.working()
    const silent = performance.now() - this.lastSign > heartbeatMs * 2.5
    if (silent && this.nats.isConnected) void this.recover()
  }

  /** Whatever was asked for is forgotten; what is missing is put back; then it asks anew. */
  private async recover(): Promise<void> {
    if (this.recovering || this.stopped) return
    this.recovering = true
    const restored = await this.options.restore()
    this.recovering = false
    // Otherwise the silence goes on, and the timer comes back to it.
    if (!restored) return
    this.lastSign = performance.now()
    this.forget(this.requested)
    this.ask()
  }

  /** So many that were asked for will not come. */
  private forget(count: number): void {
    this.requested -= count
    this.options.gate?.giveBack(count)
  }
}
