/** So many are committed together at the most: other processes wait for the lock meanwhile. */
const most = 16

/** What becomes of the transactions that are committed together. */
export class SharedCommit {
  readonly ended: Promise<void>
  succeed: () => void = () => undefined
  fail: (error: unknown) => void = () => undefined
  private members = 1

  constructor() {
    this.ended = new Promise((resolve, reject) => {
      this.succeed = resolve
      this.fail = reject
    })
    // Each that waits for it hears of a failure; there may be none.
    this.ended.catch(() => undefined)
  }

  join(): void {
    this.members++
  }

  /** Nobody else is to join. */
  get isFull(): boolean {
    return this.members >= most
  }
}
