import { controlKeys, type UpstreamName } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { RateLimit } from '../handlers/delivery-policy.js'
import type { NatsClient } from '../broker/nats-client.js'
import { openOrThrow, type ControlBucket } from './control-bucket.js'
import { HandlerGate } from './handler-gate.js'
import { readPause, type Pause } from './pause.rules.js'
import { RateLimiter } from './rate-limiter.js'
import { UpstreamGate } from './upstream-gate.js'

/** A write is looked at after this many milliseconds: the server tells of it before it has stored it. */
const settledMs = 50
/** What was missed is found out within this many milliseconds. */
const pollMs = 5_000

/**
 * What holds handlers up, known to all replicas: operators' pauses, upstreams that are out, rate limits. Waiting costs
 * a message no delivery: nothing is fetched for a handler that may not begin.
 */
export class Control {
  private readonly gates = new Map<string, HandlerGate>()
  private readonly upstreams = new Map<UpstreamName, UpstreamGate>()
  private readonly rates = new Map<string, RateLimiter>()
  private readonly pauses = new Map<string, Pause>()
  private soon: NodeJS.Timeout | undefined
  private poll: NodeJS.Timeout | undefined

  constructor(
    private readonly bucket: ControlBucket,
    private readonly nats: NatsClient,
    private readonly log: Log,
  ) {}

  /** Opens the bucket, and from then on follows what is in it. A service without handlers has no use for it. */
  async start(): Promise<void> {
    if (!this.gates.size) return
    await this.restore()
    for (const keys of [controlKeys.paused('*'), 'upstream.*'])
      this.bucket.onWrite(keys, () => this.lookSoon())
    this.poll = setInterval(() => this.lookSoon(), pollMs).unref()
  }

  /**
   * After a store was lost: into the new bucket goes what this process knows. Repeating is safe.
   * @throws where there is no bucket yet
   */
  async restore(): Promise<void> {
    await openOrThrow(this.bucket)
    await this.refresh()
  }

  /** What this process knows of what holds its handlers up; nobody is asked. */
  get state(): {
    readonly handlers: readonly (readonly [name: string, paused: boolean])[]
    readonly upstreams: readonly (readonly [name: UpstreamName, out: boolean])[]
    readonly refusals: readonly (readonly [name: UpstreamName, refusing: boolean])[]
  } {
    return {
      handlers: [...this.gates].map(([name, gate]) => [name, gate.isPaused]),
      upstreams: [...this.upstreams].map(([name, gate]) => [name, gate.isOut]),
      refusals: [...this.upstreams].map(([name, gate]) => [name, gate.isRefusing]),
    }
  }

  /** The gate of a handler in this process. */
  gateOf({ name, policy }: ConsumerDefinition): HandlerGate {
    const known = this.gates.get(name)
    if (known) return known
    const { rateLimit, upstream, concurrency } = policy
    const gate = new HandlerGate({
      concurrency,
      upstream: upstream && this.upstreamGate(upstream),
      rate: rateLimit && this.rateLimiter(controlKeys.rate(rateLimit.sharedAs ?? name), rateLimit),
    })
    this.gates.set(name, gate)
    return gate
  }

  /** Nothing is begun any more, and what waits is let go. */
  stop(): void {
    clearInterval(this.poll)
    clearTimeout(this.soon)
    for (const gate of this.gates.values()) gate.stop()
    for (const upstream of this.upstreams.values()) upstream.stop()
  }

  /** What handlers have together, those of this process take from one portion. */
  private rateLimiter(key: string, limit: RateLimit): RateLimiter {
    const limiter = this.rates.get(key) ?? new RateLimiter(key, limit, this.bucket, this.log)
    this.rates.set(key, limiter)
    return limiter
  }

  private upstreamGate(name: UpstreamName): UpstreamGate {
    const gate = this.upstreams.get(name) ?? new UpstreamGate(name, this.bucket, this.log)
    this.upstreams.set(name, gate)
    return gate
  }

  /** Of many writes at once only the end matters. */
  private lookSoon(): void {
    this.soon ??= setTimeout(() => {
      this.soon = undefined
      if (!this.nats.isConnected) return
      this.refresh().catch((error: unknown) => this.log.error('pauses could not be looked at', error))
    }, settledMs)
  }

  private async refresh(): Promise<void> {
    await Promise.all([
      ...[...this.gates].map(([handler, gate]) => this.refreshPause(handler, gate)),
      ...[...this.upstreams.values()].map((upstream) => upstream.refresh()),
    ])
  }

  private async refreshPause(handler: string, gate: HandlerGate): Promise<void> {
    const held = await this.bucket.read<unknown>(controlKeys.paused(handler))
    const known = this.pauses.get(handler)
    // Never deleted and yet not there: lost with its store.
    if (!held && known) await this.bucket.change(controlKeys.paused(handler), known, 0)
    const pause = held ? pauseIn(held.value) : known
    if (pause) this.pauses.set(handler, pause)
    else this.pauses.delete(handler)
    if (gate.pause(pause !== undefined))
      this.log.info(pause ? 'handler is paused' : 'handler is resumed', { consumer: handler })
  }
}

const pauseIn = (value: unknown): Pause | undefined =>
  value === undefined ? undefined : readPause(value, new Date())
