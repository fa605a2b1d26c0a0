import type { z } from 'zod'
import type { Decision } from '../events/claim-decided.js'
import type { JobName } from '../jobs.js'

/** What messages carry: its schema, the name it has in the contract, and an invented example. */
export interface MessageBody {
  readonly name: string
  readonly schema: z.ZodType
  /** As it is published directly; that of a Task row's message has `task` besides. */
  readonly example: object
}

/** A row of a Task table that becomes the message. */
export interface TaskDefinition {
  /** In `Task.Task`. */
  readonly name: string
  /** Where it is written: by the external web app, or by the internal one and the services. Either is taken up. */
  readonly schema: 'ExtSchema' | 'IntSchema'
  /** Its rows' data is all there is of it, and personal: it is deleted some time after a row has ended, however that was. */
  readonly dataGoes?: true
}

/** The function of the web apps' client that hands a task over: `tasks.<name>`. */
export interface HandedOver {
  readonly name: string
  readonly by: 'external' | 'internal' | 'operators'
  /**
   * The ids of a claim, or the ids and the address of an email: the function is made from this. Anything else is said for
   * people, and the function is written by hand.
   */
  readonly takes: 'ids' | 'ids-and-address' | { readonly words: string }
  /** For people: what happened, and what follows. A function that is written by hand says it itself. */
  readonly when?: string
  /** For people: whose address, where that wants saying. */
  readonly address?: string
}

/** All that is agreed about a message. Everything else that is said of it is made from this. */
export interface MessageDefinition {
  readonly subject: string
  /** The name of the stream that keeps it: `streams.ts`. */
  readonly stream: 'CLAIMS' | 'NOTIFICATIONS' | 'SCHEDULE' | 'DEAD_LETTERS' | 'ALERTS' | 'ADVISORIES'
  readonly body: MessageBody
  /** The task that becomes it; absent where none does. */
  readonly task?: TaskDefinition
  /** The templates at Notify that its email is made from, each by the part of its setting's name after `APVS_NOTIFY_`. */
  readonly templates?: readonly string[]
  /** What was decided of the claim, where its task is written with a decision: other systems are told of it. */
  readonly decision?: Decision
  /** How a web app hands its task over; absent where none does. */
  readonly handedOver?: HandedOver
  /** The job that is due with it; absent where none is. */
  readonly job?: JobName
  /** It begins a step of a flow; absent where it does not. The outbox knows of which: it carries nothing. */
  readonly beginsStep?: true
  /** Whether a web app may publish it without a Task row; absent where nobody but the services publishes it. */
  readonly fromWebApps?: 'with-or-without-task' | 'only-with-task'
  /** For people, in the words of the domain's pages. */
  readonly title: string
  /** What is to be done about it. */
  readonly summary: string
}
