import { controlKeys, type UpstreamName } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import type { ControlBucket } from './control-bucket.js'
import { KnownOutage } from './known-outage.js'
import { probing, readOut, type UpstreamOut } from './upstream.rules.js'

/** What the replicas tell one another of an upstream that is out: its entry in the bucket, and what is known of it here. */
export class SharedOutage {
  readonly known = new KnownOutage()
  private readonly key: string

  constructor(
    private readonly upstream: UpstreamName,
    private readonly bucket: ControlBucket,
    private readonly log: Log,
  ) {
    this.key = controlKeys.upstream(upstream)
  }

  /** What the entry says; what a lost store has forgotten is put back. */
  async read(): Promise<'back' | 'news' | 'nothing-new'> {
    const { known } = this
    known.look()
    const held = await this.bucket.read<unknown>(this.key)
    if (held) return held.value === undefined ? 'back' : known.read(held) ? 'news' : 'nothing-new'
    if (known.state) known.revision = (await this.bucket.change(this.key, known.state, 0)) ?? known.revision
    return 'nothing-new'
  }

  /** @returns false where somebody has written something before */
  async tellFound(state: UpstreamOut): Promise<boolean> {
    const held = await this.bucket.read<unknown>(this.key)
    if (held?.value !== undefined) return false
    const revision = await this.bucket.change(this.key, state, held?.revision ?? 0)
    if (revision !== undefined) this.known.revision = revision
    return revision !== undefined
  }

  /** @returns false where somebody has gone on since: a probe that hung has no say any more */
  async tellProbed(state: UpstreamOut, revision: number): Promise<boolean> {
    const changed = await this.bucket.change(this.key, state, revision)
    if (changed === undefined) return false
    this.known.set(state, changed)
    this.known.probedInVain()
    return true
  }

  tellBack(): Promise<void> {
    return this.bucket.delete(this.key)
  }

  /** Asks to be the one who tries. @returns the entry's revision, or undefined where somebody else is */
  async askToProbe(): Promise<number | undefined> {
    const held = await this.bucket.read<unknown>(this.key)
    if (held?.value === undefined || held.revision !== this.known.revision) return undefined
    const state = probing(readOut(held.value, Date.now()), Date.now())
    const revision = await this.bucket.change(this.key, state, held.revision)
    if (revision !== undefined) this.known.set(state, revision)
    return revision
  }

  /** Trouble with the bucket holds nobody up for good: what this replica knows goes on to hold for it. */
  async trying(change: () => Promise<void>): Promise<boolean> {
    try {
      await change()
      return true
    } catch (error) {
      this.log.error('the other replicas cannot be told of an upstream', error, { upstream: this.upstream })
      return false
    }
  }
}
