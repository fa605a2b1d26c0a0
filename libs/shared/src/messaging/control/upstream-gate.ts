import type { UpstreamName } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import type { ControlBucket } from './control-bucket.js'
import { SharedOutage } from './shared-outage.js'
import { TroubledMessages } from './troubled-messages.js'
import { out, stillOut, undecided } from './upstream.rules.js'
import type { UpstreamFailure, UpstreamOut } from './upstream.rules.js'
import { through, WaitingMessages, type Pass } from './waiting-messages.js'

/** `own-fault`: others get through, so this try counts. `waits`: for the upstream. `suspect`: nobody knows yet. */
export type Verdict = 'own-fault' | 'waits' | 'suspect'

const troubleMs = 1_000
const longestTimerMs = 3_600_000

/**
 * Holds up the messages of all replicas while their upstream is out: one of them at a time is let through to see
 * whether it is back, another one each time, first those that nobody has tried.
 */
export class UpstreamGate {
  private readonly shared: SharedOutage
  private readonly troubled = new TroubledMessages()
  private readonly waiting = new WaitingMessages((id) => this.troubled.failedAt(id))
  private readonly listeners: (() => void)[] = []
  private timer: NodeJS.Timeout | undefined
  private asking = false
  private stopped = false

  constructor(
    readonly name: UpstreamName,
    bucket: ControlBucket,
    private readonly log: Log,
  ) {
    this.shared = new SharedOutage(name, bucket, log)
  }

  private get outage() {
    return this.shared.known
  }

  get isOut(): boolean {
    return this.outage.state !== undefined
  }

  /** It is there, and refuses this service. */
  get isRefusing(): boolean {
    return this.outage.state?.refused === true
  }

  /** How many messages it makes sense to fetch: one to try with, where none is new here and the time has come. */
  get allowance(): number {
    if (!this.isOut) return Number.POSITIVE_INFINITY
    return this.outage.msLeft <= 0 && !this.waiting.hasNew && !this.asking ? 1 : 0
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** Resolves when the message may try. */
  async pass(messageId: string): Promise<Pass> {
    if (this.stopped) return { kind: 'stopped' }
    if (!this.isOut) return through()
    const pass = this.waiting.add(messageId)
    this.proceed()
    return pass
  }

  /** The upstream did its part. */
  async worked(pass: Pass, messageId: string): Promise<void> {
    this.troubled.forget(messageId)
    if (pass.kind === 'stopped') return
    this.troubled.othersGotThrough(pass.begun)
    if (pass.kind !== 'probe') return
    this.log.info('upstream is back', { upstream: this.name })
    await this.shared.trying(() => this.shared.tellBack())
    this.isBack()
  }

  /** The upstream failed this message, and perhaps not others: several in a row count as an outage. */
  async failed(pass: Pass, messageId: string, failure: UpstreamFailure): Promise<Verdict> {
    if (this.troubled.failed(messageId, failure.ambiguous === true)) {
      await this.undecided(pass)
      return 'own-fault'
    }
    if (pass.kind === 'probe') await this.afterProbe(pass, (before) => stillOut(before, failure, Date.now()))
    else if (!failure.ambiguous || this.troubled.areMany) await this.isFoundOut(failure)
    return this.isOut || pass.kind === 'probe' ? 'waits' : 'suspect'
  }

  /** @returns whether the upstream turns out to be out, now that others have failed too */
  async suspicion(): Promise<boolean> {
    if (!this.isOut && !this.stopped) await this.troubled.suspicion()
    return this.isOut
  }

  /** The message has ended, or failed, without a word on the upstream. */
  async undecided(pass: Pass): Promise<void> {
    if (pass.kind === 'probe') await this.afterProbe(pass, (before) => undecided(before, Date.now()))
  }

  /** Takes over what the others say; what a lost store has forgotten is put back. */
  async refresh(): Promise<void> {
    const said = await this.shared.read()
    if (said === 'back') this.isBack()
    else if (said === 'news') this.changed()
    else if (this.isOut) this.proceed()
  }

  /** Lets go of all that wait. */
  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    this.waiting.letAll(() => ({ kind: 'stopped' }))
    this.troubled.decided()
  }

  private async isFoundOut(failure: UpstreamFailure): Promise<void> {
    if (this.isOut) return
    const state = out(failure, Date.now())
    this.outage.set(state, 0)
    this.changed()
    this.log.warn('upstream is out: its work waits', { upstream: this.name, reason: failure.reason })
    await this.shared.trying(async () => {
      if (!(await this.shared.tellFound(state))) await this.refresh()
    })
  }

  private async afterProbe(
    { revision }: { readonly revision: number },
    next: (before: UpstreamOut) => UpstreamOut,
  ): Promise<void> {
    const before = this.outage.state
    if (!before) return
    const state = next(before)
    await this.shared.trying(async () => {
      if (await this.shared.tellProbed(state, revision)) this.changed()
      else await this.refresh()
    })
  }

  private isBack(): void {
    if (this.isOut) this.troubled.othersGotThrough(performance.now())
    this.outage.clear()
    this.changed()
  }

  private changed(): void {
    if (this.isOut) this.troubled.decided()
    this.due()
  }

  /** Everybody goes on; or the time until somebody may try is waited for; or one tries. */
  private proceed(): void {
    clearTimeout(this.timer)
    if (this.stopped) return
    const { msLeft, msToLeaveFirst } = this.outage
    if (!this.isOut) this.waiting.letAll(through)
    else if (msLeft > 0) this.timer = setTimeout(() => this.due(), Math.min(msLeft, longestTimerMs))
    else if (this.waiting.hasNew) void this.askToProbe()
    else if (this.waiting.hasAny) this.timer = setTimeout(() => void this.askToProbe(), msToLeaveFirst)
  }

  private due(): void {
    this.proceed()
    this.listeners.forEach((listener) => listener())
  }

  private async askToProbe(): Promise<void> {
    if (this.asking || this.stopped) return
    this.asking = true
    const asked = await this.shared.trying(async () => {
      const revision = await this.shared.askToProbe()
      if (revision === undefined) await this.refresh()
      else this.waiting.letOne({ kind: 'probe', revision, begun: performance.now() })
    })
    this.asking = false
    if (!asked) this.outage.putOff(troubleMs)
    this.proceed()
  }
}
