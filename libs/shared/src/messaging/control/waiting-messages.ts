/** A message's way to its upstream: with the others, or alone, to see whether it is back. Begun by `performance.now()`. */
export type Pass =
  | { readonly kind: 'through'; readonly begun: number }
  | { readonly kind: 'probe'; readonly begun: number; readonly revision: number }
  | { readonly kind: 'stopped' }

export const through = (): Pass => ({ kind: 'through', begun: performance.now() })

interface Waiting {
  readonly messageId: string
  readonly resolve: (pass: Pass) => void
}

/** The messages that wait here for one upstream, of whichever handler. */
export class WaitingMessages {
  private entries: Waiting[] = []

  /** @param failedAt when a message failed last; undefined for one that was not tried, or not in vain */
  constructor(private readonly failedAt: (messageId: string) => number | undefined) {}

  get hasAny(): boolean {
    return this.entries.length > 0
  }

  /** One that has not been tried yet. */
  get hasNew(): boolean {
    return this.entries.some(({ messageId }) => this.failedAt(messageId) === undefined)
  }

  add(messageId: string): Promise<Pass> {
    return new Promise((resolve) => this.entries.push({ messageId, resolve }))
  }

  letAll(pass: () => Pass): void {
    this.entries.splice(0).forEach(({ resolve }) => resolve(pass()))
  }

  /** The one whose turn it is: not tried yet, or not for longest. */
  letOne(pass: Pass): void {
    const next = this.entries.reduce<Waiting | undefined>(
      (first, entry) => (first && this.failedOf(first) <= this.failedOf(entry) ? first : entry),
      undefined,
    )
    this.entries = this.entries.filter((entry) => entry !== next)
    next?.resolve(pass)
  }

  private failedOf({ messageId }: Waiting): number {
    return this.failedAt(messageId) ?? Number.NEGATIVE_INFINITY
  }
}
