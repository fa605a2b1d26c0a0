import type { Log } from '../../logging/index.js'
import type { RateLimit } from '../handlers/delivery-policy.js'
import type { ControlBucket } from './control-bucket.js'
import { take } from './rate-limit.rules.js'

/** After trouble with the bucket, in milliseconds. */
const troubleMs = 1_000
/** Of many replicas that take at once, each gets its turn within this many tries. */
const tries = 10

/** A replica's part of a rate limit that all replicas share. Taken in portions, so that few ask the bucket at once. */
export class RateLimiter {
  private balance = 0
  private refilling = false
  private timer: NodeJS.Timeout | undefined
  private readonly listeners: (() => void)[] = []

  constructor(
    private readonly key: string,
    private readonly limit: RateLimit,
    private readonly bucket: ControlBucket,
    private readonly log: Log,
  ) {}

  /** Called when there is more to take; each handler that has a part in it says so. */
  onMore(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** How many of `wanted` may be begun now. If that is not all, more are asked for. */
  take(wanted: number): number {
    const granted = Math.min(wanted, this.balance)
    this.balance -= granted
    if (granted < wanted && !this.refilling && !this.timer) void this.refill(2 * wanted)
    return granted
  }

  /** What was taken and not begun. */
  giveBack(count: number): void {
    this.balance += count
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private more(): void {
    for (const listener of this.listeners) listener()
  }

  private async refill(wanted: number): Promise<void> {
    this.refilling = true
    let waitMs = troubleMs
    try {
      waitMs = await this.ask(wanted)
    } catch (error) {
      this.log.error('rate limit cannot be taken yet', error)
    }
    this.refilling = false
    if (waitMs === 0) return this.more()
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.more()
    }, waitMs).unref()
  }

  /** @returns how long to wait for more, in milliseconds: nought if there is some now */
  private async ask(wanted: number): Promise<number> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const held = await this.bucket.read<unknown>(this.key)
      const share = take(held?.value, wanted, this.limit, Date.now())
      if (!share.granted) return share.waitMs
      if ((await this.bucket.change(this.key, share.taken, held?.revision ?? 0)) === undefined) continue
      this.balance += share.granted
      return 0
    }
    return troubleMs
  }
}
