import { isIP } from 'node:net'
import { HttpClient } from '#shared/http'
import { kindOfAddress, type AddressKind } from './address.rules.js'
import { answerOf, failed, type Answer } from './answer.rules.js'
import { guardedLookup, resolveBySystem, type Resolve } from './guarded-lookup.js'

export interface WebhookClientOptions {
  readonly timeoutMs: number
  /** This machine may be called, over HTTP too. */
  readonly isLoopbackAllowed: boolean
  readonly now: () => Date
  /** By whom names are resolved; the machine by default. */
  readonly resolve?: Resolve
  /** Whom to trust, where that is not who the machine trusts. */
  readonly tls?: ConstructorParameters<typeof HttpClient>[0]
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
  private readonly http: HttpClient

  constructor(private readonly options: WebhookClientOptions) {
    this.http = new HttpClient(options.tls)
  }

  async post({ address, headers, body, mayStillSend }: WebhookRequest): Promise<Answer> {
    const { timeoutMs, now, resolve = resolveBySystem } = this.options
    const allowed = this.allowedFor(address)
    if (!allowed) return failed('webhook-address-refused')
    let isRefused = false
    const result = await this.http.send({
      ...{ method: 'POST', url: address, body, timeoutMs, maxBytes, mayStillSend },
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'hwpv-webhooks' },
      lookup: guardedLookup(allowed, resolve, () => (isRefused = true)),
    })
    return isRefused ? failed('webhook-address-refused') : answerOf(result, now())
  }

  /** Closes the idle connections. */
  close(): void {
    this.http.close()
  }

  /** The addresses that a connection may be made to; undefined where there can be none. */
  private allowedFor(address: string): readonly AddressKind[] | undefined {
    if (!URL.canParse(address)) return undefined
    const { protocol, hostname, username, password } = new URL(address)
    if (username || password) return undefined
    const { isLoopbackAllowed } = this.options
    const allowed = kindsFor(protocol, isLoopbackAllowed)
    if (!allowed.length) return undefined
    // Nobody asks for the address of what is one.
    const literal = hostname.replace(/^\[(.*)\]$/, '$1')
    return isIP(literal) && !allowed.includes(kindOfAddress(literal)) ? undefined : allowed
  }
}

function kindsFor(protocol: string, isLoopbackAllowed: boolean): readonly AddressKind[] {
  if (protocol === 'https:') return isLoopbackAllowed ? ['public', 'loopback'] : ['public']
  return protocol === 'http:' && isLoopbackAllowed ? ['loopback'] : []
}
