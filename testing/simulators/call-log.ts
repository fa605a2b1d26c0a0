interface Waiter<Call> {
  count: number
  resolve: (calls: readonly Call[]) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}

/** The calls a simulator has taken, in order, with ways to wait for them. Recording costs the same however many there are. */
export class CallLog<Call> {
  #calls: Call[] = []
  #waiters: Waiter<Call>[] = []
  readonly #listeners = new Set<(call: Call) => void>()

  constructor(private readonly name: string) {}

  get calls(): readonly Call[] {
    return this.#calls
  }

  record(call: Call): void {
    this.#calls.push(call)
    for (const listener of this.#listeners) listener(call)
    if (this.#waiters.length > 0) this.#release()
  }

  /** Resolves with the calls so far once there are `count` of them; rejects after `timeoutMs`. */
  waitFor(count: number, timeoutMs: number): Promise<readonly Call[]> {
    if (this.#calls.length >= count) return Promise.resolve([...this.#calls])
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter)
        reject(new Error(`${this.name}: ${this.#calls.length} of ${count} calls after ${timeoutMs} ms`))
      }, timeoutMs)
      const waiter: Waiter<Call> = { count, resolve, reject, timer }
      this.#waiters.push(waiter)
    })
  }

  /** Tells the listener of every call from now on; the result takes it off again. */
  listen(listener: (call: Call) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Starts a new list; lists handed out before keep what they hold. Waiters count from nothing again. */
  forget(): void {
    this.#calls = []
  }

  /** Ends every wait with an error, so that nothing outlives the simulator. */
  close(): void {
    for (const waiter of this.#waiters.splice(0)) {
      clearTimeout(waiter.timer)
      waiter.reject(new Error(`${this.name}: closed while waiting for ${waiter.count} calls`))
    }
    this.#listeners.clear()
  }

  #release(): void {
    const ready = this.#waiters.filter((waiter) => this.#calls.length >= waiter.count)
    if (ready.length === 0) return
    this.#waiters = this.#waiters.filter((waiter) => this.#calls.length < waiter.count)
    for (const waiter of ready) {
      clearTimeout(waiter.timer)
      waiter.resolve([...this.#calls])
    }
  }
}
