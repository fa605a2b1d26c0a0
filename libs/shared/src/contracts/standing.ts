import type { Message } from './subjects.js'
import type { TaskRef } from './task-ref.js'

/**
 * What identifies a delivery to the inbox: the same message at the same consumer is done once. `FollowUp`: the messages that
 * may follow from its work.
 */
export interface MessageIdentity<in FollowUp extends Message = never> {
  /** For the compiler alone: nobody sets or calls it. */
  readonly follows?: (followUp: FollowUp) => void
  readonly id: string
  readonly consumer: string
  readonly task?: TaskRef
  readonly traceparent?: string
  /** It deals with many at once: each of its follow-ups has a trace of its own. */
  readonly aboutMany?: boolean
  /** The step of a flow that it queues the items of: what follows from it is one of these. */
  readonly flowStep?: number
}

/**
 * Where a message stands with a consumer. `owed`: the work is to be done. `done`, `given-up`: it came to an end before,
 * and nobody asked for it again. `superseded`: its Task row has a later run. `run-unknown`: it names a run of a Task row
 * that the database does not know, be it from a time before a restore. `row-changed`: the row it names is another one.
 * `waiting`: it is to be done later, and comes again then. `cancelled`: it was called off.
 */
export type Standing =
  | 'owed'
  | 'done'
  | 'given-up'
  | 'superseded'
  | 'run-unknown'
  | 'row-changed'
  | 'waiting'
  | 'cancelled'

/** Thrown by a handler's first question where its message is not to be done: no failure, and never logged. */
export class NotOwed extends Error {
  override readonly name = 'NotOwed'

  constructor(readonly standing: Exclude<Standing, 'owed'>) {
    super(standing)
  }
}
