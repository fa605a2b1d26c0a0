import { nanos, type Msg, type Subscription } from '@nats-io/nats-core'
import { backoffDelay } from '../handlers/backoff.js'
import type { HandlerGate } from '../control/index.js'
import { DeliveredMessage } from './delivered-message.js'
import type { NatsClient } from '../broker/nats-client.js'
import { atOnceMs, endedAtOnce, readStatus } from './pull-request.js'

const expiresMs = 30_000
const heartbeatMs = 5_000
const silentMs = heartbeatMs * 2.5
/** A server that says no is asked again ever more slowly; one without the consumer soon, for it is being made. */
const slower = { baseMs: 250, capMs: 10_000 }
const soon = { baseMs: 100, capMs: 1_000 }
const nothingHeard = 'the broker answers nothing to what is asked of it'

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
  /** Looks whether the consumer is there, before it is asked again; false if it is not yet. Never rejects. */
  restore(): Promise<boolean>
  /** Told why no messages come, in words, again with each other reason; and, without one, that they come again. */
  onTrouble(words: string | undefined): void
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
  private again: NodeJS.Timeout | undefined
  private requested = 0
  private lastSign = 0
  private lastRequest = 0
  /** Since messages, or the server's word that a request waits, came last. */
  private inVain = { refusals: 0, ends: 0, silences: 0 }
  private trouble: string | undefined
  private recovering = false
  private stopped = false

  constructor(
    private readonly nats: NatsClient,
    private readonly options: PullLoopOptions,
  ) {}

  start(): void {
    const inbox = this.nats.inbox(this.options.consumer)
    this.subscription = this.nats.core.subscribe(inbox, { callback: (_, message) => this.receive(message) })
    this.nats.onReconnect(() => this.askAnew(0))
    this.timer = setInterval(() => this.tick(), this.options.workingMs)
    this.lastSign = performance.now()
    this.options.gate?.onChange(() => this.ask())
    this.ask()
  }

  /** Stops fetching and waits for the handlers, at most `graceMs` milliseconds. */
  async stop(graceMs: number): Promise<void> {
    this.stopped = true
    clearTimeout(this.again)
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
    if (this.stopped || this.again || this.recovering) return
    const { concurrency, stream, consumer, gate } = this.options
    const busy = this.inFlight.size - (gate?.resting ?? 0)
    const free = concurrency - busy - this.requested
    if (free <= 0 || (this.requested > 0 && free < concurrency / 4)) return
    const batch = gate ? gate.take(free, this.requested) : free
    if (!batch) return
    this.requested += batch
    this.lastRequest = performance.now()
    const request = { batch, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) }
    this.nats.core.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(request), {
      reply: this.subscription?.getSubject() ?? '',
    })
  }

  private receive(message: Msg): void {
    this.lastSign = performance.now()
    // Only a status has no reply subject; the headers of the others are read by whoever needs them.
    if (!message.reply && message.headers?.code) return this.receiveStatus(message)
    this.isServed()
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

  private receiveStatus({ headers }: Msg): void {
    const status = readStatus(headers?.code ?? 0, headers?.description ?? '')
    if (status.kind === 'waiting') return this.isServed()
    const unserved = Number(headers?.get('Nats-Pending-Messages') || this.requested)
    this.forget(Math.min(unserved, this.requested))
    if (status.kind === 'moving') this.askAnew(slower.baseMs)
    else if (status.kind === 'trouble') this.isRefused(status.words)
    else this.hasEnded(`${headers?.code} ${headers?.description ?? ''}`)
  }

  private hasEnded(status: string): void {
    if (performance.now() - this.lastRequest >= atOnceMs) {
      this.isServed()
      return this.ask()
    }
    // A server that ends each request at once would be asked, and end them, without a pause.
    this.inVain.ends += 1
    if (this.inVain.ends >= endedAtOnce)
      return this.isRefused(`the broker ends each request at once (${status.trim()})`)
    this.askAnew(slower.baseMs)
  }

  private isRefused(words: string): void {
    this.inVain.refusals += 1
    this.says(words)
    this.askAnew(backoffDelay(this.inVain.refusals, slower))
  }

  /** A message came, or a request waits. */
  private isServed(): void {
    if (this.trouble === undefined && this.inVain.ends + this.inVain.refusals + this.inVain.silences === 0)
      return
    this.inVain = { refusals: 0, ends: 0, silences: 0 }
    this.says(undefined)
  }

  private says(words: string | undefined): void {
    if (this.trouble === words) return
    this.trouble = words
    this.options.onTrouble(words)
  }

  private tick(): void {
    for (const message of this.inFlight) message.working()
    const silent = performance.now() - this.lastSign > silentMs
    if (!silent || !this.nats.isConnected || this.again || this.recovering) return
    // Where nothing is asked for, nothing is heard.
    if (this.requested > 0) this.inVain.silences += 1
    if (this.inVain.silences > 1) this.says(nothingHeard)
    this.askAnew(0)
  }

  private askAnew(ms: number): void {
    if (this.stopped) return
    clearTimeout(this.again)
    this.again = setTimeout(() => void this.recover(), ms)
  }

  /** Whatever was asked for is forgotten; once the consumer is there, it asks anew. */
  private async recover(tries = 1): Promise<void> {
    this.again = undefined
    if (this.recovering || this.stopped) return
    this.recovering = true
    const restored = await this.options.restore()
    this.recovering = false
    if (this.stopped || this.again) return
    if (!restored) {
      this.again = setTimeout(() => void this.recover(tries + 1), backoffDelay(tries, soon))
      return
    }
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
