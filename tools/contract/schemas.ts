import { z } from 'zod'
import { messageOf, type MessageBody } from '#shared/contracts'
import { describedSubjects } from './channel-keys.js'

type JsonSchema = Readonly<Record<string, unknown>>

/** The bodies there are, each once. */
const bodies = (): MessageBody[] => [...new Set(describedSubjects.map((subject) => messageOf[subject].body))]

/** The bodies as JSON Schema (draft 7), by their names. What a service would refuse, they refuse. */
export const bodySchemas = (): Record<string, JsonSchema> =>
  Object.fromEntries(bodies().map(({ name, schema }) => [name, jsonSchemaOf(schema)]))

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const made: Record<string, unknown> = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  // One dialect for the whole document, which is AsyncAPI's own.
  delete made.$schema
  return made
}
