import { callableEndpoints, GuardedClient, type GuardedClientOptions } from '#shared/http'
import { answerOf, failed, type Answer } from './answer.rules.js'

export interface WebhookClientOptions extends GuardedClientOptions {
  readonly timeoutMs: number
  /** This machine may be called, over HTTP too. */
  readonly isLoopbackAllowed: boolean
  readonly now: () => Date
}

export interface WebhookRequest {
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Asked directly before the request is written. */
  readonly mayStillSend: () => boolean
}

/** Of an answer no more is read: its status says all. */
const maxBytes = 16 * 1024

/**
 * Posts to addresses that others have given: to the public's machines alone, over HTTPS, without following a redirect, and
 * within a time. Never rejects, and nothing of what was answered but its status is in what it gives.
 */
export class WebhookClient {
  private readonly http: GuardedClient

  constructor(private readonly options: WebhookClientOptions) {
    this.http = new GuardedClient({ ...callableEndpoints, loopback: options.isLoopbackAllowed }, options)
  }

  async post({ address, headers, body, mayStillSend }: WebhookRequest): Promise<Answer> {
    const { timeoutMs, now } = this.options
    const result = await this.http.send({
      ...{ method: 'POST', url: address, body, timeoutMs, maxBytes, mayStillSend },
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'hwpv-webhooks' },
    })
    return result.kind === 'address-refused' ? failed('webhook-address-refused') : answerOf(result, now())
  }

  /** Closes the idle connections. */
  close(): void {
    this.http.close()
  }
}
