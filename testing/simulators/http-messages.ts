import { STATUS_CODES, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'

const MAX_BODY_BYTES = 16_000_000

/** A request, read to its end. */
export interface SimulatorRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  /** The body as it came. */
  bytes: Buffer
}

/** An answer as it goes out. */
export interface Reply {
  status: number
  contentType: string
  body: string | Buffer
  headers?: Record<string, string>
}

export const json = (status: number, value: unknown, headers?: Record<string, string>): Reply => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
  ...(headers && { headers }),
})

/** The status with its own name as plain text. */
export const plain = (status: number): Reply => ({
  status,
  contentType: 'text/plain',
  body: STATUS_CODES[status] ?? 'Error',
})

/** The value of a JSON text; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Whether a value is a JSON object (and no array). */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads the request to its end; undefined when the client went away or sent far too much. */
export async function readRequest(request: IncomingMessage): Promise<SimulatorRequest | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_BODY_BYTES) return undefined
      chunks.push(chunk)
    }
  } catch {
    return undefined
  }
  const bytes = Buffer.concat(chunks)
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body: bytes.toString('utf8'),
    bytes,
  }
}

function start(response: ServerResponse, reply: Reply, body: Buffer): void {
  response.writeHead(reply.status, {
    'content-type': `${reply.contentType}; charset=utf-8`,
    'content-length': body.length,
    ...reply.headers,
  })
}

const bytesOf = ({ body }: Reply): Buffer => (typeof body === 'string' ? Buffer.from(body) : body)

/** Sends the whole answer. */
export function send(response: ServerResponse, reply: Reply): void {
  const body = bytesOf(reply)
  start(response, reply, body)
  response.end(body)
}

/** Sends the answer after a while; forgets it when the connection ends before. */
export function sendLater(response: ServerResponse, reply: Reply, ms: number): void {
  const timer = setTimeout(() => send(response, reply), ms)
  response.once('close', () => clearTimeout(timer))
}

/** Promises the whole answer, sends half of it and cuts the connection. */
export function sendHalf(response: ServerResponse, reply: Reply): void {
  const body = bytesOf(reply)
  start(response, reply, body)
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy())
}
