import { isRowOf, type Standing, type TaskIdentity, type TaskRef } from '../contracts/index.js'

/** What the inbox knows of a message. */
export interface InboxFacts {
  /** The consumer has done it. */
  readonly done: boolean
  /** The consumer gave up on it, and nobody has asked for it again. */
  readonly givenUp: boolean
}

/** How a message of the outbox has ended, if it has; `WAITING`: it is not to be done yet. */
export interface OwedFacts {
  readonly ended: 'DONE' | 'FAILED' | 'CANCELLED' | 'WAITING' | null
}

/** What the outbox knows besides of a run of a Task row. */
export interface RunFacts extends OwedFacts {
  readonly lastRun: number
  /** The row that has its number by now; undefined if there is none. */
  readonly row: TaskIdentity | undefined
}

/** Where a message without a Task row stands. `owed`: absent where it need not be in the outbox, null if it should. */
export function standingWithoutTask({ done, givenUp }: InboxFacts, owed?: OwedFacts | null): Standing {
  if (done || owed?.ended === 'DONE') return 'done'
  if (owed === null) return 'run-unknown'
  if (givenUp || owed?.ended === 'FAILED') return 'given-up'
  return heldBack(owed) ?? 'owed'
}

/** Where a run of a Task row stands with its consumer. */
export function standingOf({ done, givenUp }: InboxFacts, task: TaskRef, run: RunFacts): Standing {
  if (done) return 'done'
  if (run.ended === 'DONE') return 'done'
  if (run.lastRun > task.run) return 'superseded'
  if (givenUp || run.ended === 'FAILED') return 'given-up'
  return heldBack(run) ?? (run.row && isRowOf(task, run.row) ? 'owed' : 'row-changed')
}

/** Whoever has it published when its time has come finds it in the outbox: nothing is lost with this delivery. */
const heldBack = (owed: OwedFacts | undefined): 'waiting' | 'cancelled' | undefined =>
  owed?.ended === 'WAITING' ? 'waiting' : owed?.ended === 'CANCELLED' ? 'cancelled' : undefined
