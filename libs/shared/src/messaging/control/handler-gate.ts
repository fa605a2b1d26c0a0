import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Outcome } from '../outcome.js'
import type { RateLimiter } from './rate-limiter.js'
import type { Pass, UpstreamGate } from './upstream-gate.js'

/** What may hold a handler up. */
export interface HandlerGateParts {
  readonly upstream?: UpstreamGate | undefined
  readonly rate?: RateLimiter | undefined
}

/** Says whether a handler may begin another message: an operator's pause, its upstream, its rate limit. */
export class HandlerGate {
  private paused = false
  private readonly resumed: (() => void)[] = []
  private readonly stopping = new AbortController()
  private listener: () => void = () => undefined

  constructor(private readonly has: HandlerGateParts) {
    // As many messages may rest as are handled at once.
    setMaxListeners(0, this.stopping.signal)
    has.upstream?.onChange(() => this.listener())
    has.rate?.onMore(() => this.listener())
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted
  }

  get isPaused(): boolean {
    return this.paused
  }

  /** Called when more may be fetched than before. */
  onChange(listener: () => void): void {
    this.listener = listener
  }

  /** How many of `wanted` messages may be fetched now. */
  take(wanted: number): number {
    if (this.paused) return 0
    const sensible = Math.min(wanted, this.has.upstream?.allowance ?? wanted)
    return sensible && this.has.rate ? this.has.rate.take(sensible) : sensible
  }

  /** What was taken and will not be fetched. */
  giveBack(count: number): void {
    this.has.rate?.giveBack(count)
  }

  /** @returns whether that is a change */
  pause(paused: boolean): boolean {
    if (this.paused === paused) return false
    this.paused = paused
    if (!paused) {
      this.resumed.splice(0).forEach((resolve) => resolve())
      this.listener()
    }
    return true
  }

  /** Resolves when a message that was fetched may be begun. */
  async pass(): Promise<Pass> {
    while (this.paused && !this.isStopped) await new Promise<void>((resolve) => this.resumed.push(resolve))
    if (this.isStopped) return { kind: 'stopped' }
    return (await this.has.upstream?.pass()) ?? { kind: 'through' }
  }

  /** Resolves after so many milliseconds, or when the service stops. */
  async rest(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined)
  }

  /**
   * Learns from how a message went.
   * @returns whether it is to wait here and try again
   */
  async learn(pass: Pass, messageId: string, outcome: Outcome): Promise<boolean> {
    const { upstream } = this.has
    if (!upstream) return false
    if (outcome.kind === 'unavailable') {
      await upstream.failed(pass, outcome)
      return true
    }
    if (outcome.kind !== 'retry') {
      await upstream.worked(pass)
      return false
    }
    if (!outcome.upstreamFailed) await upstream.undecided(pass)
    else await upstream.failedOne(pass, messageId, outcome)
    return outcome.upstreamFailed === true && upstream.isOut
  }

  stop(): void {
    this.stopping.abort()
    this.resumed.splice(0).forEach((resolve) => resolve())
    this.has.rate?.stop()
  }
}
