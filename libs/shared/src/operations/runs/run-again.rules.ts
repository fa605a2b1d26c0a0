import { taskStatus } from '../../contracts/index.js'
import { outboxState } from '../../unit-of-work/index.js'

/** What the database knows of a message that somebody gave up on. */
export interface RunKnown {
  /** A handler has it in its inbox as done. */
  readonly done: boolean
  /** A handler has given it up, and nobody has asked for it again. */
  readonly givenUp: boolean
  /** Its row of the outbox; a message that was published directly has none. */
  readonly state?: string
  /** The status of the Task row whose run it is; undefined if there is no such row. */
  readonly taskStatus?: string
  /** The Task row has a later run than this one. */
  readonly laterRun: boolean
  /** It names a run of a Task row, and the outbox has none such, or the row is another one. */
  readonly unknownRun: boolean
  /** What its Task row said was deleted for its age: there is nothing left to do it with. */
  readonly dataGone: boolean
}

/** Of a message that the database does not know. */
export const nothingKnown: RunKnown = {
  ...{ done: false, givenUp: false, laterRun: false, unknownRun: false, dataGone: false },
}

/**
 * What running a message again amounts to. `reopen`: its run is owed again, and published. `publish`: only that, for
 * it is owed already, or nobody owes it. `done-already` and `superseded` (its Task row has a run of its own since, or
 * waits for one, or is another one or somebody else's): nothing is left to do, and doing it would be doing it twice.
 * `data-gone`: nobody knows any more what there was to do.
 */
export type Verdict = 'reopen' | 'publish' | 'done-already' | 'superseded' | 'data-gone'

/** Whether a message runs again by it. */
export const runsBy = (verdict: Verdict): verdict is 'reopen' | 'publish' =>
  verdict === 'reopen' || verdict === 'publish'

export function verdictOn(known: RunKnown): Verdict {
  const { done, state, taskStatus: task, laterRun, unknownRun, dataGone } = known
  if (done || state === outboxState.done || task === taskStatus.complete) return 'done-already'
  if (laterRun || unknownRun) return 'superseded'
  if (task !== undefined && task !== taskStatus.failed && task !== taskStatus.inProgress) return 'superseded'
  if (dataGone) return 'data-gone'
  return state === outboxState.failed ? 'reopen' : 'publish'
}
