import type { z } from 'zod'
import type { ActionRole, Actor } from '#shared/operations'
import type { ApiParts } from './api-parts.js'

/** What a program asks, held against the route's schemas. */
export interface Call<Path, Query, Body> {
  readonly path: Path
  readonly query: Query
  readonly body: Body
  readonly actor: Actor
  readonly may: (role: ActionRole) => boolean
  /** Of a change that may be asked for twice. */
  readonly key?: string
}

/** One question or change of the API, as a value: the server and the OpenAPI document are both made of it. */
export interface Route<Path = unknown, Query = unknown, Body = unknown, Answer = unknown> {
  readonly method: 'get' | 'post' | 'patch'
  /** Under `/api/v1`, with names of path parameters in braces. */
  readonly url: string
  readonly id: string
  readonly summary: string
  readonly path: z.ZodType<Path>
  readonly query: z.ZodType<Query>
  readonly body: z.ZodType<Body>
  readonly answer: z.ZodType<Answer>
  run(call: Call<Path, Query, Body>, parts: ApiParts): Promise<unknown>
}

/** A route with its types kept while it is written. */
export const route = <Path, Query, Body, Answer>(given: Route<Path, Query, Body, Answer>): Route => given

/** The parameters of a path that a pattern means; undefined where it means another. */
export function parametersOf(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return undefined
  const found: Record<string, string> = {}
  for (const [place, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    const value = given[place] ?? ''
    if (name === undefined && part !== value) return undefined
    if (name !== undefined) {
      const decoded = decode(value)
      if (!decoded) return undefined
      found[name] = decoded
    }
  }
  return found
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
