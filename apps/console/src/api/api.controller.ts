import { All, Controller, Headers, HttpCode, Req } from '@nestjs/common'
import type { z } from 'zod'
import { doesNotFit } from '#shared/operations'
import { operatorIn, Refusal, type ConsoleRequest } from '../http/request.js'
import { actorOf, may } from '../who/operator.js'
import { ApiParts } from './api-parts.js'
import { openApi } from './open-api.js'
import { parametersOf } from './route.js'
import { routes } from './routes.js'

const prefix = '/api/v1'

/** The console for programs: every route is a value in `routes`. */
@Controller('api/v1')
export class ApiController {
  constructor(private readonly parts: ApiParts) {}

  @All('*path')
  @HttpCode(200)
  async answer(
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: ConsoleRequest,
  ): Promise<unknown> {
    const url = request.path.slice(prefix.length)
    if (request.method === 'GET' && url === '/openapi.json') return openApi(routes)
    const operator = operatorIn(request)
    for (const route of routes) {
      const path = route.method.toUpperCase() === request.method ? parametersOf(route.url, url) : undefined
      if (!path) continue
      return route.run(
        {
          path: fitting(route.path, path),
          query: fitting(route.query, request.query),
          body: fitting(route.body, request.body ?? {}),
          actor: actorOf(operator),
          may: (role) => may(operator, role),
          ...keyGiven(key),
        },
        this.parts,
      )
    }
    throw new Refusal(404, 'there is no such question')
  }
}

/** @throws Refusal naming what does not fit */
function fitting<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw new Refusal(400, `does not fit: ${doesNotFit(result.error)}`)
}

function keyGiven(key: string | undefined): { readonly key?: string } {
  if (key === undefined) return {}
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) throw new Refusal(400, 'Idempotency-Key has 8 to 100 characters')
  return { key }
}
