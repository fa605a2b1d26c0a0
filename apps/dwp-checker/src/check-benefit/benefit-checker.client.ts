import type { OnApplicationShutdown } from '@nestjs/common'
import { createClientAsync, type IHttpClient } from 'soap'
import { z } from 'zod'
import type { Outcome } from '#shared/messaging'
import { HttpClient, isSuccess } from '#shared/http'
import { ok, upstreamCall } from '#shared/telemetry'
import { checkFailed, failureOf, RequestFailed, textElement } from './benefit-checker.failures.js'
import { benefitCheckerWsdl } from './benefit-checker.wsdl.js'
import {
  benefitStatus,
  isSendable,
  requestFields,
  type BenefitStatus,
  type Person,
} from './check-benefit.rules.js'

export interface BenefitCheckerOptions {
  readonly url: string
  readonly soapAction: string
  /** Milliseconds from the request to the last byte of its answer. */
  readonly timeoutMs: number
  /** Who asks, as the service knows this project. */
  readonly credentials: {
    readonly clientOrgId: string
    readonly clientUserId: string
    readonly clientReference: string
    readonly lscServiceName: string
  }
}

export type BenefitCheck =
  | { readonly kind: 'answered'; readonly status: BenefitStatus }
  /** The check did not happen; the outcome says whether another try is worth it. */
  | { readonly kind: 'failed'; readonly outcome: Outcome }

interface CheckOperation {
  setSOAPAction(soapAction: string): void
  checkAsync(request: object, options: { signal: AbortSignal }): Promise<[answer: unknown, ...unknown[]]>
}

const answerSchema = z.object({ benefitCheckerStatus: textElement })

/** The Legal Aid Agency's benefit checker, over SOAP. Only asks: safe to repeat. */
export class BenefitCheckerClient implements OnApplicationShutdown {
  private readonly http = new HttpClient()
  private readonly underWay = new Set<AbortController>()

  constructor(private readonly options: BenefitCheckerOptions) {}

  /** Asks about a person. Never rejects, and no person's data is in what it gives. */
  check(person: Person, signal?: AbortSignal): Promise<BenefitCheck> {
    const call = { upstream: 'benefit-checker', operation: 'check' } as const
    return upstreamCall(call, () => this.ask(person, signal), reasonOf)
  }

  private async ask(person: Person, signal?: AbortSignal): Promise<BenefitCheck> {
    if (!isSendable(person)) return { kind: 'failed', outcome: checkFailed.unsendable }
    const call = new AbortController()
    const end = () => call.abort()
    signal?.addEventListener('abort', end)
    if (signal?.aborted) end()
    this.underWay.add(call)
    try {
      return statusIn(await this.call(person, call.signal))
    } catch (error) {
      return { kind: 'failed', outcome: failureOf(error) }
    } finally {
      signal?.removeEventListener('abort', end)
      this.underWay.delete(call)
    }
  }

  /** Ends the calls under way. */
  onApplicationShutdown(): void {
    for (const call of this.underWay) call.abort()
    this.http.close()
  }

  private async call(person: Person, signal: AbortSignal): Promise<unknown> {
    const { url, soapAction, credentials } = this.options
    // A client for each call, over one parsed WSDL: it remembers its last request and answer, which nobody should.
    const client = await createClientAsync(benefitCheckerWsdl, { endpoint: url, httpClient: this.soapHttp })
    const operation = client as unknown as CheckOperation
    operation.setSOAPAction(soapAction)
    const request = { ...credentials, ...requestFields(person), dateOfAward: '' }
    const [answer] = await operation.checkAsync(request, { signal })
    return answer
  }

  /**
   * In place of the client that `soap` brings: that one writes requests and answers to its debug log, takes any HTTP
   * status for success, and reads answers of any length.
   */
  private readonly soapHttp: IHttpClient = {
    request: (url: string, xml: string, callback, headers, { signal }: { signal: AbortSignal }) => {
      const { timeoutMs } = this.options
      const texts = Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]),
      )
      const answer = this.http.send({ method: 'POST', url, headers: texts, body: xml, timeoutMs, signal })
      void answer.then((result) => {
        if (result.kind !== 'answered' || !isSuccess(result.status)) callback(new RequestFailed(result))
        else {
          const { status, headers: received, body } = result
          callback(null, { status, headers: received, data: body }, body)
        }
      })
      // `soap` gives it on to whoever wants the response itself: nobody does.
      return answer as never
    },
  }
}

const reasonOf = (check: BenefitCheck): string =>
  check.kind === 'failed' && check.outcome.kind !== 'done' ? check.outcome.reason : ok

function statusIn(answer: unknown): BenefitCheck {
  const read = answerSchema.safeParse(answer)
  if (!read.success) return { kind: 'failed', outcome: checkFailed.unreadable }
  const status = benefitStatus(read.data.benefitCheckerStatus)
  return status ? { kind: 'answered', status } : { kind: 'failed', outcome: checkFailed.unknownStatus }
}
