/** A notice follows its commit within so many milliseconds: a look in between finds the row first. */
const noticeMs = 1_000
/** After a row of which nobody told, looks are as frequent as without notices for so many milliseconds. */
const distrustMs = 600_000
/** So many times rarer are looks while the web apps tell of their rows. */
const rarer = 10

/**
 * How long the relay may wait between two looks. A notice is a courtesy that may be lost: looks never end, and are rarer
 * only for as long as every row that was found had been told of.
 */
export class Pace {
  private isTold = false
  private untoldAt = -Infinity

  /** @param pollMs milliseconds between two looks where nobody tells of anything */
  constructor(
    private readonly pollMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A web app told of a row. */
  told(): void {
    this.isTold = true
    if (this.now() - this.untoldAt <= noticeMs) this.untoldAt = -Infinity
  }

  /** Notices may have been missed, or cannot be heard. */
  deaf(): void {
    this.isTold = false
  }

  /** A look found rows that nobody had told of. */
  foundUntold(): void {
    this.untoldAt = this.now()
  }

  /** Milliseconds to wait for a notice before the next look. */
  get waitMs(): number {
    const trusted = this.isTold && this.now() - this.untoldAt > distrustMs
    return trusted ? rarer * this.pollMs : this.pollMs
  }
}
