import { calledAddress, type Callable } from './called-address.js'
import { guardedLookup, resolveBySystem, type Resolve } from './guarded-lookup.js'
import { HttpClient, type HttpRequest, type HttpResult } from './http-client.js'

/** It, or where its name leads, may not be called: nothing was sent. */
export interface AddressRefused {
  readonly kind: 'address-refused'
}

export interface GuardedClientOptions {
  /** By whom names are resolved; the machine by default. */
  readonly resolve?: Resolve | undefined
  /** Whom to trust, where that is not who the machine trusts. */
  readonly tls?: ConstructorParameters<typeof HttpClient>[0]
}

/** Requests to addresses that others have given: to whom they may have us call, and to nobody else. Never rejects. */
export class GuardedClient {
  private readonly http: HttpClient

  constructor(
    private readonly may: Callable,
    private readonly options: GuardedClientOptions = {},
  ) {
    this.http = new HttpClient(options.tls)
  }

  async send(request: Omit<HttpRequest, 'lookup'>): Promise<HttpResult | AddressRefused> {
    const called = calledAddress(request.url, this.may)
    if ('mustBe' in called) return { kind: 'address-refused' }
    let isRefused = false
    const { resolve = resolveBySystem } = this.options
    const lookup = guardedLookup(called.leadsTo, resolve, () => (isRefused = true))
    const result = await this.http.send({ ...request, lookup })
    return isRefused ? { kind: 'address-refused' } : result
  }

  /** Closes the idle connections. */
  close(): void {
    this.http.close()
  }
}
