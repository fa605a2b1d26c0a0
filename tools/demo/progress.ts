const plainPauseMs = 500
const plainLongestMs = 10_000

/** The part of a terminal, or of what stands in for one, that is written to. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/**
 * Lines that stay, and under them one that moves: redrawn on a terminal; elsewhere printed when it says something
 * new, twice a second at most.
 */
export class Progress {
  private moving = ''
  private printed = { text: '', at: -plainLongestMs }

  constructor(private readonly output: Output) {}

  /** Prints a line, or several, for good. */
  tell(text: string): void {
    this.erase()
    this.output.write(`${text}\n`)
    this.draw()
  }

  /** Replaces the moving line; an empty one takes it away. `time` comes before it, and is nothing new by itself. */
  show(text: string, time = ''): void {
    if (this.output.isTTY) {
      this.erase()
      this.moving = `${time}${text}`
      this.draw()
      return
    }
    this.moving = `${time}${text}`
    const silentMs = performance.now() - this.printed.at
    if (text !== this.printed.text && silentMs >= plainPauseMs) this.print(text)
    else if (silentMs >= plainLongestMs) this.print(text)
  }

  /** Leaves the moving line where it is, as a line that stays. */
  keep(): void {
    if (this.output.isTTY && this.moving) this.output.write('\n')
    else if (this.moving) this.print('')
    this.moving = ''
  }

  private print(text: string): void {
    this.printed = { text, at: performance.now() }
    if (this.moving) this.output.write(`${this.moving}\n`)
  }

  private erase(): void {
    if (this.output.isTTY && this.moving) this.output.write('\r\u001b[2K')
  }

  private draw(): void {
    if (this.output.isTTY && this.moving) {
      this.output.write(this.moving.slice(0, (this.output.columns ?? 80) - 1))
    }
  }
}
