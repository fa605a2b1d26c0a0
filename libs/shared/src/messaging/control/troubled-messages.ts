import { failedAgain, isOwnFault, type Trouble } from './troubled-messages.rules.js'
import { suspects } from './upstream.rules.js'

/** Those that never came back here (another replica has them) are forgotten, the oldest first. */
const mostRemembered = 10_000

/** As long as others may still decide whether it was a message or its upstream that failed, in milliseconds. */
const suspicionMs = 2_000

/** Which messages an upstream has failed here, and whether others got through meanwhile. */
export class TroubledMessages {
  private readonly known = new Map<string, Trouble>()
  private readonly inARow = new Set<string>()
  private readonly suspected: (() => void)[] = []
  /** When the latest that got through was begun; by `performance.now()`. */
  private workedAt: number | undefined

  /** When the message failed last; undefined for one that has not been tried here, or not in vain. */
  failedAt(id: string): number | undefined {
    return this.known.get(id)?.failedAt
  }

  /** Enough different ones failed in a row. */
  get areMany(): boolean {
    return this.inARow.size >= suspects
  }

  /** @returns whether it is the message's own fault */
  failed(id: string, ambiguous: boolean, now = performance.now()): boolean {
    const trouble = failedAgain(this.known.get(id), this.workedAt, now)
    this.known.delete(id)
    this.known.set(id, trouble)
    for (const [oldest] of this.known) {
      if (this.known.size <= mostRemembered) break
      this.known.delete(oldest)
    }
    if (isOwnFault(trouble, ambiguous, this.workedAt, now)) return true
    if (ambiguous) this.inARow.add(id)
    return false
  }

  /** The upstream has done its part for somebody who began at that moment. */
  othersGotThrough(begun: number): void {
    this.workedAt = Math.max(this.workedAt ?? begun, begun)
    this.inARow.clear()
    this.decided()
  }

  /** Resolves when it is known what failed, or was not found out in time. */
  async suspicion(): Promise<void> {
    const decided = new Promise<void>((resolve) => this.suspected.push(resolve))
    const timer = setTimeout(() => this.decided(), suspicionMs).unref()
    await decided
    clearTimeout(timer)
  }

  /** It was the upstream, or it was not: whoever waits for that goes on. */
  decided(): void {
    this.suspected.splice(0).forEach((resolve) => resolve())
  }

  /** It has come to its end here. */
  forget(id: string): void {
    this.known.delete(id)
  }
}
