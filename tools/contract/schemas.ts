import { z } from 'zod'
import {
  claimIdMessage,
  claimMessage,
  exhaustedMessage,
  jobMissedMessage,
  messageSchemas,
  plainMessage,
  scheduleMessage,
  taskMessage,
  type Subject,
} from '#shared/contracts'

type JsonSchema = Readonly<Record<string, unknown>>

/** The bodies there are, by the name they have in the contract. */
const bodies = {
  ClaimMessage: claimMessage,
  ClaimIdMessage: claimIdMessage,
  PlainMessage: plainMessage,
  TaskMessage: taskMessage,
  ScheduleMessage: scheduleMessage,
  JobMissedMessage: jobMissedMessage,
  ExhaustedMessage: exhaustedMessage,
} as const satisfies Record<string, z.ZodType>

export type BodyName = keyof typeof bodies

/** @throws where the subject's body has no name yet: it belongs into the list above */
export function bodyNameOf(subject: Subject): BodyName {
  const entry = Object.entries(bodies).find(([, schema]) => schema === messageSchemas[subject])
  if (!entry) throw new Error(`the body of ${subject} has no name in the contract`)
  return entry[0] as BodyName
}

/** The bodies as JSON Schema (draft 7). What a service would refuse, they refuse; members they do not name are let in. */
export const bodySchemas = (): Record<BodyName, JsonSchema> =>
  Object.fromEntries(Object.entries(bodies).map(([name, schema]) => [name, jsonSchemaOf(schema)])) as Record<
    BodyName,
    JsonSchema
  >

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const made: Record<string, unknown> = z.toJSONSchema(schema, {
    // As it is sent: with members that the service would leave out.
    io: 'input',
    target: 'draft-7',
  })
  // One dialect for the whole document, which is AsyncAPI's own.
  delete made.$schema
  return made
}
