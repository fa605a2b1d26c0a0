import { controlKeys, upstreamNames, type UpstreamName } from '../../contracts/index.js'
import { policies, type HandlerName } from '../policies.js'
import type { NatsClient } from '../nats-client.js'
import { ControlBucket } from './control-bucket.js'
import type { Pause } from './control.js'
import type { UpstreamOut } from './upstream.rules.js'

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
    await this.bucket.ensure()
    const key = controlKeys.paused(handler)
    const since = (await this.bucket.read<Pause>(key))?.value?.since ?? new Date().toISOString()
    await this.bucket.put(key, { since, reason } satisfies Pause)
  }

  /** @returns whether it was paused */
  async resume(handler: HandlerName): Promise<boolean> {
    if (!(await this.bucket.open())) return false
    const key = controlKeys.paused(handler)
    const paused = (await this.bucket.read<Pause>(key))?.value !== undefined
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
    const held = await this.bucket.read<UpstreamOut>(key)
    if (!held?.value) return false
    // Refused, somebody has just tried.
    await this.bucket.change(key, { ...held.value, until: Date.now() }, held.revision)
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
    const pause = (await this.bucket.read<Pause>(controlKeys.paused(handler)))?.value
    return pause ? [{ handler, since: new Date(pause.since), reason: pause.reason }] : []
  }

  private async upstreamOut(name: UpstreamName): Promise<UpstreamState[]> {
    const out = (await this.bucket.read<UpstreamOut>(controlKeys.upstream(name)))?.value
    if (!out) return []
    return [{ name, since: new Date(out.since), until: new Date(out.until), reason: out.reason }]
  }
}
