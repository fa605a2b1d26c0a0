import { z } from 'zod'
import { taskMessageId, taskRef, type TaskRef } from './identities.js'
import { subjects, type Subject } from './subjects.js'
import { taskSubjects, type TaskName } from './tasks.js'

/** What every message about a claim carries: ids only. `task` is absent when it was published directly. */
export const claimMessage = z.object({
  reference: z.string().min(1).max(10),
  eligibilityId: z.int(),
  claimId: z.int(),
  task: taskRef.optional(),
})
export type ClaimMessage = z.infer<typeof claimMessage>

/** A claim that is named by its id alone. */
export const claimIdMessage = z.object({ claimId: z.int(), task: taskRef.optional() })
export type ClaimIdMessage = z.infer<typeof claimIdMessage>

/** Work that is about no claim, or about many. */
export const plainMessage = z.object({ task: taskRef.optional() })
export type PlainMessage = z.infer<typeof plainMessage>

/** Work whose every detail is in its Task row, for it is personal data: without one there is nothing to do. */
export const taskMessage = z.object({ task: taskRef })
export type TaskMessage = z.infer<typeof taskMessage>

/** A job that is due; its date is the London day it is due on, and a job runs once for its date. */
export const scheduleMessage = z.object({ date: z.iso.date() })
export type ScheduleMessage = z.infer<typeof scheduleMessage>

/** A job that was not fired for its date, and is too late to catch up. */
export const jobMissedMessage = z.object({
  job: z.enum(['auto-approval', 'daily', 'payment-run']),
  date: z.iso.date(),
})
export type JobMissedMessage = z.infer<typeof jobMissedMessage>

/** What the server says of a message it will not deliver again. */
export const exhaustedMessage = z.object({
  stream: z.string(),
  consumer: z.string(),
  stream_seq: z.int().positive(),
  deliveries: z.int(),
  /** When the server noticed: a message stored later is not the one it means. */
  timestamp: z.iso.datetime({ offset: true }).optional(),
})
export type ExhaustedMessage = z.infer<typeof exhaustedMessage>

/** The contract of each subject's body. */
export const messageSchemas = {
  [subjects.claimSubmitted]: claimMessage,
  [subjects.claimInformationProvided]: claimMessage,
  [subjects.claimApprovalDue]: claimMessage,
  [subjects.claimBenefitCheckDue]: claimMessage,
  [subjects.claimArchiveDue]: claimIdMessage,
  [subjects.oldClaimsArchiveDue]: plainMessage,
  [subjects.notifyClaimSubmitted]: claimMessage,
  [subjects.notifyBenefitCheckFailed]: claimMessage,
  [subjects.notifyClaimAccepted]: claimMessage,
  [subjects.notifyClaimRejected]: claimMessage,
  [subjects.notifyInformationRequested]: claimMessage,
  [subjects.notifyInformationReceived]: claimMessage,
  [subjects.notifyInformationReminder]: claimMessage,
  [subjects.notifyEvidenceReminder]: claimMessage,
  [subjects.notifyContactDetailsUpdated]: claimMessage,
  [subjects.notifyMalwareFound]: claimMessage,
  [subjects.notifyReferenceRecovery]: taskMessage,
  [subjects.helpRequested]: taskMessage,
  [subjects.scheduleDaily]: scheduleMessage,
  [subjects.schedulePaymentRun]: scheduleMessage,
  [subjects.scheduleAutoApproval]: scheduleMessage,
  [subjects.jobMissed]: jobMissedMessage,
  // The original's, which may be anything: nothing may rely on it.
  [subjects.deadLetters]: z.never(),
  [subjects.deliveriesExhausted]: exhaustedMessage,
} satisfies Record<Subject, z.ZodType>

/** The id of the news that a job was missed: the same from every replica, and after every restart. */
export const jobMissedId = ({ job, date }: JobMissedMessage): string => `${subjects.jobMissed}.${job}.${date}`

/** A message that is to be published. `id` makes a repeat recognisable; `traceparent` is W3C trace context. */
export interface OutgoingMessage {
  readonly id: string
  readonly subject: Subject
  readonly body: ClaimMessage | ClaimIdMessage | PlainMessage | ScheduleMessage | JobMissedMessage
  readonly traceparent?: string
}

/** The columns of a Task row that its message may carry; what the subject's contract does not name stays behind. */
export interface TaskColumns {
  readonly Reference: string | null
  readonly EligibilityId: number | null
  readonly ClaimId: number | null
}

/** The message of a Task row; undefined if the row lacks what the task must carry. */
export function messageOfTask(
  name: TaskName,
  { Reference, EligibilityId, ClaimId }: TaskColumns,
  task: TaskRef,
): OutgoingMessage | undefined {
  const subject = taskSubjects[name]
  const given = { reference: Reference, eligibilityId: EligibilityId, claimId: ClaimId, task }
  const body = messageSchemas[subject].safeParse(given)
  return body.success ? { id: taskMessageId(task), subject, body: body.data } : undefined
}

/** What identifies a delivery to the inbox: the same message at the same consumer is done once. */
export interface MessageIdentity {
  readonly id: string
  readonly consumer: string
  readonly task?: TaskRef
  readonly traceparent?: string
  /** It deals with many at once: each of its follow-ups has a trace of its own. */
  readonly aboutMany?: boolean
}

/**
 * Where a message stands with a consumer. `owed`: the work is to be done. `done`, `given-up`: it came to an end before,
 * and nobody asked for it again. `superseded`: its Task row has a later run. `run-unknown`: it names a run of a Task row
 * that the database does not know, be it from a time before a restore. `row-changed`: the row it names is another one.
 */
export type Standing = 'owed' | 'done' | 'given-up' | 'superseded' | 'run-unknown' | 'row-changed'

/** Thrown by a handler's first question where its message is not to be done: no failure, and never logged. */
export class NotOwed extends Error {
  override readonly name = 'NotOwed'

  constructor(readonly standing: Exclude<Standing, 'owed'>) {
    super(standing)
  }
}
