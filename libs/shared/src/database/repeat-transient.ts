import { setTimeout as delay } from 'node:timers/promises'

/** How often a transaction is run at most, and how long after its beginning it is not begun again. */
const attempts = 4
const withinMs = 10_000
/** The first pause is drawn from nought to this; each further one from four times as much. */
const firstPauseMs = 50
const growth = 4

export interface Repetition {
  readonly isTransient: (error: unknown) => boolean
  /** Told of each failure after which it is done again. */
  readonly onAgain?: (error: unknown) => void
  /** A number from 0 to 1; stands for chance in tests. */
  readonly random?: () => number
  readonly pause?: (ms: number) => Promise<unknown>
  /** Milliseconds that only go up. */
  readonly now?: () => number
}

/**
 * Does something that leaves no trace when it fails, and does it again, after a short pause by chance, while it fails
 * for a reason that passes. Bounded: a failure that lasts is for the message's next delivery, minutes later, and a
 * handler's time is not used up here.
 */
export async function repeatTransient<T>(
  attempt: () => Promise<T>,
  { isTransient, onAgain, random = Math.random, pause = delay, now = () => performance.now() }: Repetition,
): Promise<T> {
  const begun = now()
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (count >= attempts || !isTransient(error) || now() - begun > withinMs) throw error
      onAgain?.(error)
    }
    // Two victims of the same deadlock that come back together meet again.
    await pause(random() * firstPauseMs * growth ** (count - 1))
  }
}
