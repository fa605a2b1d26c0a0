import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that one of them got. */
export interface ReceivedWebhook {
  readonly endpoint: string
  readonly id: string
  readonly sequence: number
  readonly event: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Milliseconds, by `performance.now()`. */
  readonly at: number
  /** What was answered; undefined where nothing was, or not yet. */
  answered?: number
}

/** What one of them does with a request: answers after a while, or never, or breaks the connection. */
export type Behaviour =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly afterMs?: number
      /** Answered only then. */
      readonly after?: Promise<void>
    }
  | 'hang'
  | 'reset'
export type Behaving = (call: ReceivedWebhook) => Behaviour

const well: Behaving = () => ({ status: 204 })

/** Endpoints of other systems, on one real server, each under a path of its own. */
export class WebhookReceivers {
  readonly calls: ReceivedWebhook[] = []
  private readonly behaving = new Map<string, Behaving>()
  private readonly open = new Map<string, number>()
  private readonly most = new Map<string, number>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly server = http.createServer((request, response) => void this.receive(request, response))

  static async listen(): Promise<WebhookReceivers> {
    const receivers = new WebhookReceivers()
    await new Promise<void>((resolve) => receivers.server.listen(0, '127.0.0.1', resolve))
    return receivers
  }

  addressOf(endpoint: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${endpoint}`
  }

  behave(endpoint: string, how: Behaving = well): void {
    this.behaving.set(endpoint, how)
  }

  of(endpoint: string): ReceivedWebhook[] {
    return this.calls.filter((call) => call.endpoint === endpoint)
  }

  /** The numbers of what it took, in the order in which it did. */
  taken(endpoint: string): number[] {
    return this.of(endpoint)
      .filter(({ answered = 0 }) => answered >= 200 && answered < 300)
      .map(({ sequence }) => sequence)
  }

  /** So many requests were under way there at the same time. */
  mostAtOnce(endpoint: string): number {
    return this.most.get(endpoint) ?? 0
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer)
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const endpoint = request.url?.slice(1) ?? ''
    this.begins(endpoint, response)
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    } catch {
      // Who sent it was killed in the middle of it: nobody got anything.
      return
    }
    const body = Buffer.concat(chunks).toString('utf8')
    const { type, sequence } = JSON.parse(body) as { type: string; sequence: number }
    const call: ReceivedWebhook = {
      ...{ endpoint, sequence, event: type, headers: request.headers, body, at: performance.now() },
      id: String(request.headers['webhook-id']),
    }
    this.calls.push(call)
    this.answer(call, (this.behaving.get(endpoint) ?? well)(call), response)
  }

  private answer(call: ReceivedWebhook, how: Behaviour, response: ServerResponse): void {
    if (how === 'hang') return
    if (how === 'reset') return void response.socket?.resetAndDestroy()
    const { status, headers = {}, afterMs, after } = how
    const end = () => {
      call.answered = status
      response.writeHead(status, headers).end()
    }
    if (after) return void after.then(end)
    if (afterMs === undefined) return end()
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      end()
    }, afterMs)
    this.timers.add(timer)
  }

  private begins(endpoint: string, response: ServerResponse): void {
    const now = (this.open.get(endpoint) ?? 0) + 1
    this.open.set(endpoint, now)
    this.most.set(endpoint, Math.max(this.mostAtOnce(endpoint), now))
    response.on('close', () => this.open.set(endpoint, (this.open.get(endpoint) ?? 0) - 1))
  }
}
