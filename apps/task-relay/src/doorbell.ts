import { setTimeout as delay } from 'node:timers/promises'

/**
 * A wait that ends early when somebody rings. Rings nobody waited for are kept, as one: the next wait is over at
 * once, so that what was rung for while the relay was looking is looked for again.
 */
export class Doorbell {
  private rung = false
  private wake: () => void = () => undefined

  ring(): void {
    this.rung = true
    this.wake()
  }

  /**
   * @param ms milliseconds to wait at the most; one user waits at a time
   * @returns whether somebody rang
   */
  async wait(ms: number): Promise<boolean> {
    if (!this.rung) {
      const early = new AbortController()
      this.wake = () => early.abort()
      // Aborted, the delay rejects: that is the ring.
      await delay(ms, undefined, { signal: early.signal }).catch(() => undefined)
    }
    const { rung } = this
    this.rung = false
    return rung
  }
}
