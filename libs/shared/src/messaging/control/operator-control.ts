import { controlKeys, upstreamNames, type UpstreamName } from '../../contracts/index.js'
import { policies, type HandlerName } from '../handlers/known-handlers.js'
import type { NatsClient } from '../broker/nats-client.js'
import { ControlBucket, openOrThrow } from './control-bucket.js'
import { readPause, type Pause } from './pause.rules.js'
import { readOut, tryNow, waitMs } from './upstream.rules.js'

export interface PausedHandler {
  readonly handler: HandlerName
  readonly since: Date
  readonly reason: string
}

export interface UpstreamState {
  readonly name: UpstreamName
  readonly since: Date
  /** When it is tried again. */
  readonly until: Date
  readonly reason: string
  /** It is there, and refuses this service: its key, its rights or its clock. */
  readonly refused?: true
}

/** Everything that is held up. */
export interface HeldUp {
  readonly paused: readonly PausedHandler[]
  readonly upstreams: readonly UpstreamState[]
}

/** What holds up all replicas, as an operator sees and changes it. */
export class OperatorControl {
  private readonly bucket: ControlBucket

  constructor(nats: NatsClient) {
    this.bucket = new ControlBucket(nats)
  }

  /** Keeps all replicas of a handler from beginning a message until it is resumed. Repeating changes the reason. */
  async pause(handler: HandlerName, reason: string): Promise<void> {
    await openOrThrow(this.bucket)
    const key = controlKeys.paused(handler)
    const { since } = readPause((await this.bucket.read<unknown>(key))?.value, new Date())
    await this.bucket.put(key, { since, reason } satisfies Pause)
  }

  /** @returns whether it was paused */
  async resume(handler: HandlerName): Promise<boolean> {
    if (!(await this.bucket.open())) return false
    const key = controlKeys.paused(handler)
    const paused = (await this.bucket.read<unknown>(key))?.value !== undefined
    if (paused) await this.bucket.delete(key)
    return paused
  }

  /**
   * Has an upstream that is out tried at once, whatever it asked for.
   * @returns whether it was out
   */
  async tryNow(name: UpstreamName): Promise<boolean> {
    if (!(await this.bucket.open())) return false
    const key = controlKeys.upstream(name)
    const held = await this.bucket.read<unknown>(key)
    if (held?.value === undefined) return false
    const now = Date.now()
    // Refused, somebody has just tried.
    await this.bucket.change(key, tryNow(readOut(held.value, now), now), held.revision)
    return true
  }

  /** Changes nothing: where there is no bucket, nothing was ever held up. */
  async states(): Promise<HeldUp> {
    if (!(await this.bucket.open())) return { paused: [], upstreams: [] }
    const handlers = Object.keys(policies) as HandlerName[]
    const paused = await Promise.all(handlers.map((handler) => this.pausedHandler(handler)))
    const upstreams = await Promise.all(upstreamNames.map((name) => this.upstreamOut(name)))
    return { paused: paused.flat(), upstreams: upstreams.flat() }
  }

  private async pausedHandler(handler: HandlerName): Promise<PausedHandler[]> {
    const pause = (await this.bucket.read<unknown>(controlKeys.paused(handler)))?.value
    if (pause === undefined) return []
    const { since, reason } = readPause(pause, new Date())
    return [{ handler, since: new Date(since), reason }]
  }

  private async upstreamOut(name: UpstreamName): Promise<UpstreamState[]> {
    const value = (await this.bucket.read<unknown>(controlKeys.upstream(name)))?.value
    if (value === undefined) return []
    const now = Date.now()
    const out = readOut(value, now)
    const { since, reason, refused } = out
    const until = new Date(Math.min(out.until, now + waitMs(out, now, false)))
    return [{ name, since: new Date(since), until, reason, ...(refused ? { refused } : {}) }]
  }
}
