import { z } from 'zod'
import { failure } from './answers.js'
import type { Route } from './route.js'

type Schema = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Schema => {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  // The document says for all of them which draft they are of.
  return Object.fromEntries(Object.entries(made).filter(([name]) => name !== '$schema'))
}

/** The OpenAPI document, made of the routes and their schemas. */
export function openApi(routes: readonly Route[]): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const route of routes) paths[route.url] = { ...paths[route.url], [route.method]: operationOf(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Help with Prison Visits: operations',
      version: '1',
      description:
        'The same functions and rights as the console. A change with an Idempotency-Key is made once: asked for again, it answers as the first time.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  }
}

function operationOf({ id, summary, method, path, query, body, answer }: Route): Schema {
  const isChange = method !== 'get'
  const parameters = [
    ...parametersIn('path', schemaOf(path, 'input')),
    ...parametersIn('query', schemaOf(query, 'input')),
    ...(isChange ? [keyParameter] : []),
  ]
  const json = (schema: Schema) => ({ 'application/json': { schema } })
  return {
    operationId: id,
    summary,
    ...(parameters.length ? { parameters } : {}),
    ...(isChange ? { requestBody: { required: true, content: json(schemaOf(body, 'input')) } } : {}),
    responses: {
      200: { description: 'The answer', content: json(schemaOf(answer, 'output')) },
      default: { description: 'Why there is none', content: json(schemaOf(failure, 'output')) },
    },
  }
}

const keyParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 8, maxLength: 100 },
}

const parametersIn = (place: 'path' | 'query', schema: Schema): Schema[] => {
  const required = (schema.required ?? []) as string[]
  return Object.entries((schema.properties ?? {}) as Record<string, Schema>).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}
