import { controlKeys, type UpstreamName } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import type { ControlBucket } from './control-bucket.js'
import {
  out,
  probing,
  stillOut,
  suspects,
  undecided,
  type UpstreamFailure,
  type UpstreamOut,
} from './upstream.rules.js'

/** A message's way to its upstream: with the others, or alone, to see whether it is back. */
export type Pass =
  | { readonly kind: 'through' }
  | { readonly kind: 'probe'; readonly revision: number }
  | { readonly kind: 'stopped' }

const through: Pass = { kind: 'through' }
const troubleMs = 1_000

/**
 * Holds up the messages of all replicas while their upstream is out: one of them at a time is let through to see
 * whether it is back, another one each time.
 */
export class UpstreamGate {
  private state: UpstreamOut | undefined
  private readonly waiting: ((pass: Pass) => void)[] = []
  private readonly suspicious = new Set<string>()
  private readonly listeners: (() => void)[] = []
  private timer: NodeJS.Timeout | undefined
  private asking = false
  private stopped = false
  private readonly key: string

  constructor(
    readonly name: UpstreamName,
    private readonly bucket: ControlBucket,
    private readonly log: Log,
  ) {
    this.key = controlKeys.upstream(name)
  }

  get isOut(): boolean {
    return this.state !== undefined
  }

  /** How many messages it makes sense to fetch: one to try with, where none is at hand and the time has come. */
  get allowance(): number {
    if (!this.state) return Number.POSITIVE_INFINITY
    return this.state.until <= Date.now() && !this.waiting.length ? 1 : 0
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** Resolves when the message may try. */
  async pass(): Promise<Pass> {
    if (this.stopped) return { kind: 'stopped' }
    if (!this.state) return through
    const pass = new Promise<Pass>((resolve) => this.waiting.push(resolve))
    this.proceed()
    return pass
  }

  /** The upstream did its part. */
  async worked(pass: Pass): Promise<void> {
    this.suspicious.clear()
    if (pass.kind !== 'probe') return
    this.log.info('upstream is back', { upstream: this.name })
    await this.trying(() => this.bucket.delete(this.key))
    this.adopt(undefined)
  }

  /** The upstream is out. */
  async failed(pass: Pass, failure: UpstreamFailure): Promise<void> {
    if (pass.kind === 'probe') return this.afterProbe(pass, (before) => stillOut(before, failure, Date.now()))
    if (this.state) return
    const state = out(failure, Date.now())
    this.adopt(state)
    this.log.warn('upstream is out: its work waits', { upstream: this.name, reason: failure.reason })
    await this.trying(async () => {
      const held = await this.bucket.read<UpstreamOut>(this.key)
      const changed = held?.value ? undefined : await this.bucket.change(this.key, state, held?.revision ?? 0)
      if (changed === undefined) await this.refresh()
    })
  }

  /** The upstream failed this message, and perhaps not others: several in a row count as an outage. */
  async failedOne(pass: Pass, messageId: string, failure: UpstreamFailure): Promise<void> {
    this.suspicious.add(messageId)
    if (pass.kind === 'probe' || this.suspicious.size >= suspects) await this.failed(pass, failure)
  }

  /** The probe ended without a word on the upstream. */
  async undecided(pass: Pass): Promise<void> {
    if (pass.kind === 'probe') await this.afterProbe(pass, (before) => undecided(before, Date.now()))
  }

  /** Takes over what the others say; what a lost store has forgotten is put back. */
  async refresh(): Promise<void> {
    const held = await this.bucket.read<UpstreamOut>(this.key)
    if (held) return this.adopt(held.value)
    if (this.state) await this.bucket.change(this.key, this.state, 0)
  }

  /** Lets go of all that wait. */
  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.waiting.splice(0).forEach((resolve) => resolve({ kind: 'stopped' }))
  }

  private async afterProbe(
    { revision }: { readonly revision: number },
    next: (before: UpstreamOut) => UpstreamOut,
  ): Promise<void> {
    if (!this.state) return
    const state = next(this.state)
    await this.trying(async () => {
      // Somebody else may have gone on since: a probe that hung has no say any more.
      if ((await this.bucket.change(this.key, state, revision)) === undefined) await this.refresh()
      else this.adopt(state)
    })
  }

  private adopt(state: UpstreamOut | undefined): void {
    this.state = state
    this.proceed()
    this.listeners.forEach((listener) => listener())
  }

  /** Everybody goes on; or the time until somebody may try is waited for; or one tries. */
  private proceed(): void {
    clearTimeout(this.timer)
    if (this.stopped) return
    if (!this.state) return this.waiting.splice(0).forEach((resolve) => resolve(through))
    const ms = this.state.until - Date.now()
    if (ms > 0) this.timer = setTimeout(() => this.due(), Math.min(ms, 3_600_000))
    else if (this.waiting.length && !this.asking) void this.askToProbe()
  }

  private due(): void {
    this.proceed()
    this.listeners.forEach((listener) => listener())
  }

  private async askToProbe(): Promise<void> {
    this.asking = true
    const asked = await this.trying(async () => {
      const held = await this.bucket.read<UpstreamOut>(this.key)
      if (!held?.value || held.value.until > Date.now()) return this.refresh()
      const state = probing(held.value, Date.now())
      const revision = await this.bucket.change(this.key, state, held.revision)
      if (revision === undefined) return this.refresh()
      this.state = state
      this.waiting.shift()?.({ kind: 'probe', revision })
    })
    this.asking = false
    if (!asked && this.state) this.state = { ...this.state, until: Date.now() + troubleMs }
    this.proceed()
  }

  /** Trouble with the bucket holds nobody up for good: what this replica knows goes on to hold for it. */
  private async trying(change: () => Promise<void>): Promise<boolean> {
    try {
      await change()
      return true
    } catch (error) {
      this.log.error('the other replicas cannot be told of an upstream', error, { upstream: this.name })
      return false
    }
  }
}
