import { z } from 'zod'
import { subjects, type Subject } from './subjects.js'

/** A row of a Task table, and which run of it this is: set back to PENDING, it runs again. */
export const taskRef = z.object({
  schema: z.enum(['ExtSchema', 'IntSchema']),
  taskId: z.int(),
  run: z.int().positive(),
})
export type TaskRef = z.infer<typeof taskRef>

/** What every message about a claim carries: ids only. `task` is absent when it was published directly. */
export const claimMessage = z.object({
  reference: z.string().min(1).max(10),
  eligibilityId: z.int(),
  claimId: z.int(),
  task: taskRef.optional(),
})
export type ClaimMessage = z.infer<typeof claimMessage>

/** A job that is due; its date is the London day it is due on, and a job runs once for its date. */
export const scheduleMessage = z.object({ date: z.iso.date() })
export type ScheduleMessage = z.infer<typeof scheduleMessage>

/** What the server says of a message it will not deliver again. */
export const exhaustedMessage = z.object({
  stream: z.string(),
  consumer: z.string(),
  stream_seq: z.int().positive(),
  deliveries: z.int(),
})
export type ExhaustedMessage = z.infer<typeof exhaustedMessage>

/** The contract of each subject's body. */
export const messageSchemas = {
  [subjects.claimSubmitted]: claimMessage,
  [subjects.claimApprovalDue]: claimMessage,
  [subjects.claimBenefitCheckDue]: claimMessage,
  [subjects.notifyClaimSubmitted]: claimMessage,
  [subjects.notifyBenefitCheckFailed]: claimMessage,
  [subjects.notifyClaimAccepted]: claimMessage,
  [subjects.scheduleDaily]: scheduleMessage,
  [subjects.schedulePaymentRun]: scheduleMessage,
  [subjects.scheduleAutoApproval]: scheduleMessage,
  [subjects.deliveriesExhausted]: exhaustedMessage,
} satisfies Record<Subject, z.ZodType>

/** The id of a Task row's message: the same for every delivery of one run. */
export const taskMessageId = (task: TaskRef): string => `${task.schema}.Task.${task.taskId}.${task.run}`

/** The id of a job's event: the same from every replica of the scheduler. */
export const scheduleMessageId = (subject: Subject, date: string): string => `${subject}.${date}`

/** A message that is to be published. `id` makes a repeat recognisable; `traceparent` is W3C trace context. */
export interface OutgoingMessage {
  readonly id: string
  readonly subject: Subject
  readonly body: ClaimMessage | ScheduleMessage
  readonly traceparent?: string
}

/** What identifies a delivery to the inbox: the same message at the same consumer is done once. */
export interface MessageIdentity {
  readonly id: string
  readonly consumer: string
  readonly task?: TaskRef
  readonly traceparent?: string
}
