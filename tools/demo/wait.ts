import { setTimeout as delay } from 'node:timers/promises'

/** Something the demo cannot go on after; the message is for whoever runs it. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure'
}

export interface WaitOptions {
  /** Ends the wait with its reason. */
  readonly signal: AbortSignal
  readonly limitMs: number
  /** Said when the time is up. */
  readonly missing: () => string | Promise<string>
}

const pauseMs = 40

/**
 * Asks again and again until the answer is yes.
 * @throws DemoFailure saying what is missing when the time is up; the signal's reason when that is aborted
 */
export async function waitUntil(condition: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const { signal, limitMs, missing } = options
  const deadline = performance.now() + limitMs
  for (;;) {
    signal.throwIfAborted()
    if (await condition()) return
    if (performance.now() > deadline) {
      throw new DemoFailure(`not done after ${Math.round(limitMs / 1_000)} s: ${await missing()}`)
    }
    await delay(pauseMs)
  }
}
