import { Catch, HttpException, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { describeError, Log, wordsOf } from '#shared/logging'
import { OperationFailed } from '#shared/operations'
import { NotVouchedFor } from '../who/identity-provider.js'
import { Views } from '../views.js'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from './request.js'

/** Says in words of ours what was not possible: on a page, or as JSON to a program. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly views: Views,
    private readonly log: Log,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    const request = http.getRequest<ConsoleRequest>()
    const response = http.getResponse<ConsoleResponse>()
    const { status, words } = answerTo(error)
    if (status >= 500) this.log.error('not answered', error, { page: request.path })
    else if (status === 401 || status === 403)
      this.log.warn('refused', { page: request.path, person: request.operator?.name ?? 'nobody', words })
    if (response.headersSent) return void response.end()
    response.status(status)
    if (request.path.startsWith('/api/')) return void response.json({ error: words })
    response.type('html').send(this.views.render('error.njk', { status, words }, { request, response }))
  }
}

function answerTo(error: unknown): { status: number; words: string } {
  if (error instanceof Refusal) return { status: error.status, words: error.message }
  if (error instanceof OperationFailed) return { status: 409, words: error.message }
  if (error instanceof NotVouchedFor) return { status: 503, words: error.message }
  // Of Nest, and of what reads bodies: the number says enough.
  const status = error instanceof HttpException ? error.getStatus() : (error as { status?: unknown })?.status
  if (status === 404) return { status, words: 'there is no such page' }
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status, words: 'that cannot be understood' }
  const { name, code } = describeError(error)
  return {
    status: 503,
    words: wordsOf(error) ?? `something it needs did not answer (${code ?? name})`,
  }
}
