import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import { noteRequest, noteStatus } from '../telemetry/index.js'
import { readBody } from './read-body.js'
import { whenConnected } from './when-connected.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds from the beginning to the last byte of the answer, the connection included. */
  readonly timeoutMs: number
  /** Aborted, nothing is sent, or nothing waited for any more. */
  readonly signal?: AbortSignal
  /** Bytes of the answer, before and after it is unpacked; a mebibyte. */
  readonly maxBytes?: number
  /** The answer's head says all; its body is not read. */
  readonly headOnly?: true
  /** Asked when there is a connection, directly before the first byte is written: false, and none is. */
  readonly mayStillSend?: () => boolean
  /** Asked for the addresses of a host that is a name, each time that a connection is made; the machine's by default. */
  readonly lookup?: LookupFunction
}

/** Not a byte of the request was written: nobody has done anything about it, for certain. */
export interface NotSent {
  readonly kind: 'not-sent'
  readonly failure: 'unreachable' | 'handshake-failed' | 'too-late' | 'client-failed'
}

/** The request was written, or a part of it, and no answer could be read: it may have been done, or be done yet. */
export interface Unanswered {
  readonly kind: 'unanswered'
  readonly failure: 'timeout' | 'reset' | 'unreadable'
  /** Of an answer that began and could not be read. */
  readonly status?: number
  readonly headers?: http.IncomingHttpHeaders
}

export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type HttpResult = Answered | NotSent | Unanswered

/** Whether a status says that what was asked for was done: 2xx. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300

const mebibyte = 1024 * 1024

/**
 * Requests to an upstream, bounded in time and in bytes: head, body as sent and body unpacked. Redirects are answers like
 * others, and proxies of the environment are not used: both would carry keys and personal data somewhere else.
 */
export class HttpClient {
  private readonly agents: { readonly http: http.Agent; readonly https: https.Agent }

  /** @param tls whom to trust, where that is not who the machine trusts */
  constructor(tls: Pick<https.AgentOptions, 'ca' | 'checkServerIdentity'> = {}) {
    this.agents = {
      http: new http.Agent({ keepAlive: true }),
      https: new https.Agent({ keepAlive: true, ...tls }),
    }
  }

  /** Never rejects, and nothing of what was sent is in what it gives. Whether a repeat is safe, the result says. */
  send(request: HttpRequest): Promise<HttpResult> {
    noteRequest(request.method, request.url)
    return new Promise<HttpResult>((resolve) => new Exchange(request, this.agents, resolve).begin()).then(
      (result) => {
        noteStatus('status' in result ? result.status : undefined)
        return result
      },
    )
  }

  /** Closes the idle connections. */
  close(): void {
    this.agents.http.destroy()
    this.agents.https.destroy()
  }
}

/** One request and its answer. */
class Exchange {
  private readonly deadline: number
  private readonly expire = () => this.fail('timeout')
  private readonly abort = () =>
    this.isWritten ? this.expire() : this.end({ kind: 'not-sent', failure: 'too-late' })
  private timer: NodeJS.Timeout | undefined
  private request: ClientRequest | undefined
  private isHandshaking = false
  private isWritten = false
  private head: { readonly status: number; readonly headers: http.IncomingHttpHeaders } | undefined
  private isOver = false

  constructor(
    private readonly wanted: HttpRequest,
    private readonly agents: { readonly http: http.Agent; readonly https: https.Agent },
    private readonly resolve: (result: HttpResult) => void,
  ) {
    this.deadline = performance.now() + wanted.timeoutMs
  }

  begin(): void {
    const { method, url, headers, body, timeoutMs, signal, lookup } = this.wanted
    this.timer = setTimeout(this.expire, timeoutMs)
    signal?.addEventListener('abort', this.abort)
    if (signal?.aborted) return this.abort()
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const isSecure = url.startsWith('https:')
    try {
      const agent = isSecure ? this.agents.https : this.agents.http
      const sent = { ...headers, ...length, 'accept-encoding': 'identity' }
      const options = { method, agent, headers: sent, ...(lookup ? { lookup } : {}) }
      this.request = (isSecure ? https : http).request(url, options)
    } catch {
      return this.end({ kind: 'not-sent', failure: 'client-failed' })
    }
    this.request.on('error', (error: NodeJS.ErrnoException) => this.fail(failureOf(error.code)))
    this.request.on('response', (response) => void this.receive(response))
    whenConnected(this.request, {
      handshaking: () => void (this.isHandshaking = true),
      connected: () => this.write(),
    })
  }

  /** There is a connection. Not a byte was written before, and this process may have stood still since. */
  private write(): void {
    if (this.isOver) return
    const isInTime = performance.now() < this.deadline && (this.wanted.mayStillSend?.() ?? true)
    if (!isInTime) return this.end({ kind: 'not-sent', failure: 'too-late' })
    this.isWritten = true
    this.request?.end(this.wanted.body)
  }

  private async receive(response: IncomingMessage): Promise<void> {
    const { statusCode: status = 0, headers } = response
    this.head = { status, headers }
    if (this.wanted.headOnly) return this.end({ kind: 'answered', status, headers, body: '' })
    const body = await readBody(response, this.wanted.maxBytes ?? mebibyte)
    if (body === undefined) this.fail('unreadable')
    else this.end({ kind: 'answered', status, headers, body }, true)
  }

  private fail(failure: Unanswered['failure']): void {
    const { head } = this
    if (!this.isWritten)
      this.end({ kind: 'not-sent', failure: this.isHandshaking ? 'handshake-failed' : 'unreachable' })
    else if (head === undefined) this.end({ kind: 'unanswered', failure })
    else this.end({ kind: 'unanswered', failure: failure === 'reset' ? 'unreadable' : failure, ...head })
  }

  /** @param isWhole the answer was read to its end, so that the connection can be used again */
  private end(result: HttpResult, isWhole = false): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    this.wanted.signal?.removeEventListener('abort', this.abort)
    if (!isWhole) this.request?.destroy()
    this.resolve(result)
  }
}

/** Not HTTP, or more of a head than is read; anything else is a connection that broke. */
const failureOf = (code = ''): Unanswered['failure'] => (code.startsWith('HPE_') ? 'unreadable' : 'reset')
