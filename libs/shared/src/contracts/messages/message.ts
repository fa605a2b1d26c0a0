import type { z } from 'zod'
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
}

/** All that is agreed about a message. Everything else that is said of it is made from this. */
export interface MessageDefinition {
  readonly subject: string
  /** The name of the stream that keeps it: `streams.ts`. */
  readonly stream: 'CLAIMS' | 'NOTIFICATIONS' | 'SCHEDULE' | 'DEAD_LETTERS' | 'ALERTS' | 'ADVISORIES'
  readonly body: MessageBody
  /** The task that becomes it; absent where none does. */
  readonly task?: TaskDefinition
  /** The job that is due with it; absent where none is. */
  readonly job?: JobName
  /** Whether a web app may publish it without a Task row; absent where nobody but the services publishes it. */
  readonly fromWebApps?: 'with-or-without-task' | 'only-with-task'
  /** For people, in the words of the domain's pages. */
  readonly title: string
  /** What is to be done about it. */
  readonly summary: string
}
