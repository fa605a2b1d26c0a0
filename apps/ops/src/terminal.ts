import type { Clock } from '#shared/clock'
import type { Environment } from '#shared/config'

export interface Terminal {
  readonly env: Environment
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** Asks whoever sits at it; undefined where nobody does. */
  readonly ask?: (question: string) => Promise<boolean>
  /** How long NATS may take to answer, in milliseconds. */
  readonly connectMs?: number
  /** Only tests have one of their own. */
  readonly clock?: Clock
}

export const exit = { done: 0, failed: 1, usage: 2 } as const

/** How an operator calls it. */
export const call = 'npm run ops --'
