export interface Keeping {
  /** How long an answer is good for, in milliseconds. */
  readonly keptMs: number
  /** Whether a failure is as good as an answer; otherwise the next who asks asks anew. */
  readonly failuresToo: boolean
}

/** However long an answer takes: after so long it is asked for again, in milliseconds. */
const givenUpMs = 10_000

/** One question at a time, whoever asks and however many they are, and its answer kept for a moment. */
export class KeptAnswer<T> {
  private asked: Promise<T> | undefined
  private until = 0

  constructor(
    private readonly question: () => Promise<T>,
    private readonly keeping: Keeping,
  ) {}

  /** The answer that is under way or still good, or a new one. Rejects as the question does; bounded by the caller. */
  get(): Promise<T> {
    if (this.asked && performance.now() < this.until) return this.asked
    const asked = this.begin()
    this.until = performance.now() + givenUpMs
    this.asked = asked
    const keep = (ms: number) => {
      if (this.asked === asked) this.until = performance.now() + ms
    }
    const { keptMs, failuresToo } = this.keeping
    asked.then(
      () => keep(keptMs),
      () => keep(failuresToo ? keptMs : 0),
    )
    return asked
  }

  // Async, so that what it throws at once is a rejection too.
  private async begin(): Promise<T> {
    return this.question()
  }
}
