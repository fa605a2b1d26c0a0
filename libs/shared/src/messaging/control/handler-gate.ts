import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { UpstreamName } from '../../contracts/index.js'
import type { Outcome } from '../handlers/outcome.js'
import type { RateLimiter } from './rate-limiter.js'
import type { UpstreamGate } from './upstream-gate.js'
import { through, type Pass } from './waiting-messages.js'

/** What may hold a handler up. */
export interface HandlerGateParts {
  readonly upstream?: UpstreamGate | undefined
  readonly rate?: RateLimiter | undefined
  /** Messages in work at once. */
  readonly concurrency: number
}

/**
 * `ends`: with its outcome. `waits`: here, to try again. `goes-back`: it would wait here, but too many do already.
 */
export type Next = 'ends' | 'waits' | 'goes-back'

/** The most messages of a handler that rest here while their upstream is out. */
const restingAtMost = 500

/** Says whether a handler may begin another message: an operator's pause, its upstream, its rate limit. */
export class HandlerGate {
  private paused = false
  private inWork = 0
  private atRest = 0
  private readonly handless: (() => void)[] = []
  private readonly resumed: (() => void)[] = []
  private readonly stopping = new AbortController()
  private listener: () => void = () => undefined

  constructor(private readonly has: HandlerGateParts) {
    // As many messages may rest as are handled at once.
    setMaxListeners(0, this.stopping.signal)
    has.upstream?.onChange(() => {
      this.handless.splice(0).forEach((resolve) => resolve())
      this.listener()
    })
    has.rate?.onMore(() => this.listener())
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted
  }

  /** Absent where nothing outside can hold the handler up. */
  get upstream(): UpstreamName | undefined {
    return this.has.upstream?.name
  }

  get isPaused(): boolean {
    return this.paused
  }

  /** Called when more may be fetched than before. */
  onChange(listener: () => void): void {
    this.listener = listener
  }

  /** Messages here that need no hand: they have failed, and wait for their upstream. Others may be fetched beside them. */
  get resting(): number {
    return this.atRest
  }

  /** How many of `wanted` messages may be fetched now, beside those that were asked for and have not come yet. */
  take(wanted: number, requested = 0): number {
    if (this.paused) return 0
    const allowance = this.has.upstream?.allowance ?? Number.POSITIVE_INFINITY
    const sensible = Math.max(0, Math.min(wanted, allowance - requested))
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

  /** Resolves when a message that was fetched may be begun. What passes is to be released, once. */
  async pass(messageId: string): Promise<Pass> {
    for (;;) {
      while (this.paused && !this.isStopped) await new Promise<void>((resolve) => this.resumed.push(resolve))
      if (this.isStopped) return { kind: 'stopped' }
      const pass = await this.passOf(messageId)
      // Of many that may go on at once, as many do as the handler does at once.
      if (pass.kind === 'through' && this.inWork >= this.has.concurrency) {
        await new Promise<void>((resolve) => this.handless.push(resolve))
        continue
      }
      this.inWork += 1
      return pass
    }
  }

  /** The message that passed is not in work any more. */
  release(): void {
    this.inWork -= 1
    this.handless.shift()?.()
  }

  /** Resolves after so many milliseconds, or when the service stops. */
  async rest(ms: number): Promise<void> {
    if (ms > 0)
      await this.rested(() => delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined))
  }

  /**
   * Learns from how a message went.
   * @param asked whether its upstream was asked anything on the way: nothing is learnt from a message that needed nothing
   */
  async learn(pass: Pass, messageId: string, outcome: Outcome, asked: boolean): Promise<Next> {
    const { upstream } = this.has
    if (!upstream) return 'ends'
    if (outcome.kind === 'done' || outcome.kind === 'reject') {
      await (asked ? upstream.worked(pass, messageId) : upstream.undecided(pass))
      return 'ends'
    }
    const ambiguous = outcome.kind === 'retry'
    if (ambiguous && !outcome.upstreamFailed) {
      await upstream.undecided(pass)
      return 'ends'
    }
    const failure = { ...outcome, ...(ambiguous ? { ambiguous } : {}) }
    const verdict = await upstream.failed(pass, messageId, failure)
    if (verdict === 'own-fault') return 'ends'
    const waits = verdict === 'waits' || (await this.rested(() => upstream.suspicion()))
    if (!waits) return 'ends'
    return this.atRest < restingAtMost ? 'waits' : 'goes-back'
  }

  stop(): void {
    this.stopping.abort()
    for (const waiting of [this.resumed, this.handless]) waiting.splice(0).forEach((resolve) => resolve())
    this.has.rate?.stop()
  }

  private passOf(messageId: string): Promise<Pass> {
    const { upstream } = this.has
    if (!upstream) return Promise.resolve(through())
    return upstream.isOut ? this.rested(() => upstream.pass(messageId)) : upstream.pass(messageId)
  }

  /** What waits needs no hand meanwhile: others may be fetched. */
  private async rested<T>(wait: () => Promise<T>): Promise<T> {
    this.atRest += 1
    try {
      const waited = wait()
      this.listener()
      return await waited
    } finally {
      this.atRest -= 1
    }
  }
}
