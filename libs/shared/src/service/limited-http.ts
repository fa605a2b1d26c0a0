import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { ExpressAdapter } from '@nestjs/platform-express'

/** A port that is looked at: every question is a line and a few headers, and comes at once. */
const limits = {
  /** For all of the headers, and for the whole request, from the moment of the connection; in milliseconds. */
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  /** Of a connection with nothing to do. */
  keepAliveTimeout: 5_000,
  /** Bytes. */
  maxHeaderSize: 8_192,
}

/** The HTTP server of a service, which takes questions, and bodies only at the paths that are named. */
export class LimitedHttp extends ExpressAdapter {
  /**
   * @param takes paths at which a `POST` with a body is taken, and with `/*` at their end all that is below; whoever takes it
   *   reads it, and sees to its size
   */
  constructor(takes: readonly string[] = []) {
    super()
    this.getInstance<{ disable(setting: string): void }>().disable('x-powered-by')
    this.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      const isTaken = request.method === 'POST' && takes.some((path) => isAt(pathOf(request), path))
      return isTaken ? next() : refuseAllButLooks(request, response, next)
    })
  }

  override initHttpServer(): void {
    this.httpServer = createServer(limits, this.getInstance())
  }

  /** A connection that hangs must not keep the service from stopping. */
  override close(): Promise<unknown> | undefined {
    const closed = super.close()
    this.httpServer.closeAllConnections()
    return closed
  }
}

const isAt = (path: string, taken: string): boolean =>
  taken.endsWith('/*') ? path.startsWith(taken.slice(0, -1)) : path === taken

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? ''

/** Nothing else here takes a body: one is neither read nor waited for, and its connection ends with the answer. */
function refuseAllButLooks(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405, 'only GET and HEAD')
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
  if (hasBody) return end(response, 413, 'no body is taken')
  next()
}

function end(response: ServerResponse, status: number, words: string): void {
  const headers = { connection: 'close', 'content-type': 'text/plain', allow: 'GET, HEAD' }
  response.writeHead(status, headers).end(words)
}

/** In two words, without the path: it may be anything. */
@Catch(NotFoundException)
export class NotFoundFilter implements ExceptionFilter {
  catch(_: NotFoundException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>()
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
  }
}
