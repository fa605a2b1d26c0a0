import { isRowOf, type Standing, type TaskIdentity, type TaskRef } from '../contracts/index.js'

/** What the database knows of a message that is no Task row's. */
export interface InboxFacts {
  /** The consumer has done it. */
  readonly done: boolean
  /** The consumer gave up on it, and nobody has asked for it again. */
  readonly givenUp: boolean
}

/** What it knows besides of a run of a Task row. */
export interface RunFacts {
  readonly ended: 'DONE' | 'FAILED' | null
  readonly lastRun: number
  /** The row that has its number by now; undefined if there is none. */
  readonly row: TaskIdentity | undefined
}

/** Where a message stands with its consumer. `run`: undefined for a run that is not in the outbox. */
export function standingOf(
  { done, givenUp }: InboxFacts,
  of?: { readonly task: TaskRef; readonly run: RunFacts | undefined },
): Standing {
  if (done) return 'done'
  if (!of) return givenUp ? 'given-up' : 'owed'
  const { task, run } = of
  if (!run) return 'run-unknown'
  if (run.ended === 'DONE') return 'done'
  if (run.lastRun > task.run) return 'superseded'
  if (givenUp || run.ended === 'FAILED') return 'given-up'
  return run.row && isRowOf(task, run.row) ? 'owed' : 'row-changed'
}
