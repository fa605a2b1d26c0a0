import type { Held } from './control-bucket.js'
import { leaveFirstMs, readOut, waitMs, type UpstreamOut } from './upstream.rules.js'

/** What this process knows of an outage, with its times by `performance.now()`: no clock that is set changes them. */
export class KnownOutage {
  state: UpstreamOut | undefined
  /** Of the bucket's entry that the state was read from, or became; 0 where it is not there yet. */
  revision = 0
  private dueAt = 0
  private ownProbe: number | undefined
  /** What was there before this process looked for the first time was not written just now. */
  private looks = 0

  /** Milliseconds until somebody may try; below nought since then. */
  get msLeft(): number {
    return this.dueAt - performance.now()
  }

  /** A moment for what is just being fetched, here or elsewhere, and for replicas whose last try is longer ago. */
  get msToLeaveFirst(): number {
    const { ownProbe, state } = this
    return leaveFirstMs(ownProbe === undefined ? undefined : (state?.probes ?? 0) - ownProbe) + this.msLeft
  }

  /** @param waits milliseconds until somebody may try; by itself, as long as its writer meant just now */
  set(state: UpstreamOut, revision: number, waits = state.until - state.at): void {
    this.state = state
    this.revision = revision
    this.dueAt = performance.now() + waits
  }

  clear(): void {
    this.state = undefined
    this.ownProbe = undefined
    this.revision = 0
  }

  /** This process has just tried it in vain. */
  probedInVain(): void {
    this.ownProbe = this.state?.probes
  }

  /** Nobody here tries for so many milliseconds. */
  putOff(ms: number): void {
    if (this.state) this.dueAt = performance.now() + ms
  }

  /** This process looks into the bucket, and will find what others write from now on. */
  look(): void {
    this.looks += 1
  }

  /** Takes over an entry that says that the upstream is out. @returns whether that is new */
  read({ value, revision }: Held<unknown>): boolean {
    if (this.state && revision === this.revision) return false
    const now = Date.now()
    const state = readOut(value, now)
    this.set(state, revision, waitMs(state, now, this.looks > 1))
    return true
  }
}
