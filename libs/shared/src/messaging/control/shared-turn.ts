import type { NatsClient } from '../broker/nats-client.js'
import { ControlBucket, openOrThrow } from './control-bucket.js'
import { untilTurn } from './shared-turn.rules.js'

/** When the turn was last taken, in milliseconds since 1970. */
interface Taken {
  readonly at: number
}

/** Somebody else was faster: how long until the next look, in milliseconds. */
const againMs = 100

/** Something that is done at most once in so many milliseconds by all replicas together, by the machines' clocks. */
export class SharedTurn {
  private readonly bucket: ControlBucket
  private revision = 0

  constructor(
    private readonly key: string,
    private readonly everyMs: number,
    nats: NatsClient,
  ) {
    this.bucket = new ControlBucket(nats)
  }

  /**
   * Takes the turn if it is due.
   * @returns 0 if it was taken, else the milliseconds until it is worth asking again
   * @throws where the bucket cannot be asked
   */
  async take(): Promise<number> {
    await openOrThrow(this.bucket)
    const held = await this.bucket.read<Taken>(this.key)
    const now = Date.now()
    const waitMs = untilTurn(held?.value, this.everyMs, now)
    if (waitMs > 0) return waitMs
    const revision = await this.bucket.change(this.key, { at: now } satisfies Taken, held?.revision ?? 0)
    if (revision === undefined) return againMs
    this.revision = revision
    return 0
  }

  /** The turn taken last was not used. */
  async giveBack(): Promise<void> {
    await this.bucket.change(this.key, { at: 0 } satisfies Taken, this.revision)
  }
}
