import { z } from 'zod'
import { jobNames } from '../jobs.js'
import { channels, failedStates } from '../notifications.js'
import { rowId, taskRef } from '../task-ref.js'
import type { MessageBody } from './message.js'

// Nothing that is not named may stand in a body: a stray address would lie in a stream for fourteen days.

/** What every message about a claim carries: ids only. `task` is absent when it was published directly. */
export const claimBody = {
  name: 'ClaimMessage',
  schema: z.strictObject({
    reference: z.string().min(1).max(10),
    eligibilityId: rowId,
    claimId: rowId,
    task: taskRef.optional(),
  }),
  example: { reference: 'ABC1234', eligibilityId: 12, claimId: 34 },
} as const satisfies MessageBody
export type ClaimMessage = z.infer<typeof claimBody.schema>

/** A claim that is named by its id alone. */
export const claimIdBody = {
  name: 'ClaimIdMessage',
  schema: z.strictObject({ claimId: rowId, task: taskRef.optional() }),
  example: { claimId: 34 },
} as const satisfies MessageBody
export type ClaimIdMessage = z.infer<typeof claimIdBody.schema>

/** Work that is about no claim, or about many. */
export const plainBody = {
  name: 'PlainMessage',
  schema: z.strictObject({ task: taskRef.optional() }),
  example: {},
} as const satisfies MessageBody
export type PlainMessage = z.infer<typeof plainBody.schema>

/** What a register says of one prison, by the number of its row in `AsyncSchema.PrisonChange`. */
export const prisonChangeBody = {
  name: 'PrisonChangeMessage',
  schema: z.strictObject({ changeId: rowId }),
  example: { changeId: 7 },
} as const satisfies MessageBody
export type PrisonChangeMessage = z.infer<typeof prisonChangeBody.schema>

/** The next event that an endpoint is to be sent, by its number there. */
export const webhookDeliveryBody = {
  name: 'WebhookDeliveryMessage',
  schema: z.strictObject({ endpointId: rowId, sequence: rowId }),
  example: { endpointId: 3, sequence: 412 },
} as const satisfies MessageBody
export type WebhookDeliveryMessage = z.infer<typeof webhookDeliveryBody.schema>

/** An endpoint that gets nothing any more, by its name. */
export const webhookEndpointEndedBody = {
  name: 'WebhookEndpointEndedMessage',
  schema: z.strictObject({ endpoint: z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/) }),
  example: { endpoint: 'statistics' },
} as const satisfies MessageBody
export type WebhookEndpointEndedMessage = z.infer<typeof webhookEndpointEndedBody.schema>

/** Work whose every detail is in its Task row, for it is personal data: without one there is nothing to do. */
export const taskBody = {
  name: 'TaskMessage',
  schema: z.strictObject({ task: taskRef }),
  example: {},
} as const satisfies MessageBody
export type TaskMessage = z.infer<typeof taskBody.schema>

/** A job that is due; its date is the London day it is due on, and a job runs once for its date. */
export const scheduleBody = {
  name: 'ScheduleMessage',
  schema: z.strictObject({ date: z.iso.date() }),
  example: { date: '2026-11-20' },
} as const satisfies MessageBody
export type ScheduleMessage = z.infer<typeof scheduleBody.schema>

/** A job that is due at a time; what it does is done once for that time. */
export const slotBody = {
  name: 'SlotMessage',
  schema: z.strictObject({ due: z.iso.datetime() }),
  example: { due: '2026-11-20T10:00:15.000Z' },
} as const satisfies MessageBody
export type SlotMessage = z.infer<typeof slotBody.schema>

/** A job that was not fired for its date, and is too late to catch up. */
export const jobMissedBody = {
  name: 'JobMissedMessage',
  schema: z.strictObject({ job: z.enum(jobNames), date: z.iso.date() }),
  example: { job: 'daily', date: '2026-11-20' },
} as const satisfies MessageBody
export type JobMissedMessage = z.infer<typeof jobMissedBody.schema>

const count = z.int().min(0)

/** What came of an import of the prison register. */
export const prisonRegisterImportedBody = {
  name: 'PrisonRegisterImportedMessage',
  schema: z.strictObject({
    /** Its number among the flows. */
    flow: rowId,
    /** Prisons that have changed now, those that have closed among them. */
    changed: count,
    closed: count,
    /** Prisons that could not be taken in. */
    failed: count,
    /** Why the register as a whole was refused: a code; absent where it was not. */
    refused: z
      .string()
      .regex(/^[\w.-]{1,80}$/)
      .optional(),
  }),
  example: { flow: 12, changed: 4, closed: 1, failed: 0 },
} as const satisfies MessageBody
export type PrisonRegisterImportedMessage = z.infer<typeof prisonRegisterImportedBody.schema>
/** An email or a text message that did not reach its recipient. Whose it was is where the message is. */
export const notificationFailedBody = {
  name: 'NotificationFailedMessage',
  schema: z.strictObject({
    channel: z.enum(channels),
    /** A key of the file of templates, or the name of a template's setting. */
    template: z.string().regex(/^[\w.-]{1,100}$/),
    state: z.enum(failedStates),
  }),
  example: {
    channel: 'email',
    template: 'REJECTED_CLAIM_EMAIL_TEMPLATE_ID',
    state: 'permanent-failure',
  },
} as const satisfies MessageBody
export type NotificationFailedMessage = z.infer<typeof notificationFailedBody.schema>

/** What the server says of a message it will not deliver again. It says more than this, and newer ones may say yet more. */
export const exhaustedBody = {
  name: 'ExhaustedMessage',
  schema: z.object({
    stream: z.string(),
    consumer: z.string(),
    stream_seq: z.int().positive(),
    deliveries: z.int(),
    /** When the server noticed: a message stored later is not the one it means. */
    timestamp: z.iso.datetime({ offset: true }).optional(),
  }),
  example: { stream: 'CLAIMS', consumer: 'complete-claim', stream_seq: 78, deliveries: 10 },
} as const satisfies MessageBody
export type ExhaustedMessage = z.infer<typeof exhaustedBody.schema>

/** Another message's, which may be anything: nothing may rely on it. */
export const foreignBody = {
  name: 'ForeignBody',
  schema: z.never(),
  example: {},
} as const satisfies MessageBody

/** What a target is to be told of a subject, by the number of its row in `AsyncSchema.ProvisioningEntry`. */
export const provisioningBody = {
  name: 'ProvisioningMessage',
  schema: z.strictObject({ entryId: rowId }),
  example: { entryId: 12 },
} as const satisfies MessageBody
export type ProvisioningMessage = z.infer<typeof provisioningBody.schema>
