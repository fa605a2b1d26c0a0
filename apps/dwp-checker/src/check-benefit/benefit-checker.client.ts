import type { OnApplicationShutdown } from '@nestjs/common'
import axios from 'axios'
import { createClientAsync, type IHttpClient } from 'soap'
import { z } from 'zod'
import type { Outcome } from '#shared/messaging'
import { noteRequest, noteStatus, ok, upstreamCall } from '#shared/telemetry'
import { checkFailed, failureOf, textElement } from './benefit-checker.failures.js'
import { benefitCheckerWsdl } from './benefit-checker.wsdl.js'
import { benefitStatus, requestFields, type BenefitStatus, type Person } from './check-benefit.rules.js'

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

const mebibyte = 1024 * 1024
const answerSchema = z.object({ benefitCheckerStatus: textElement })

/** The Legal Aid Agency's benefit checker, over SOAP. Only asks: safe to repeat. */
export class BenefitCheckerClient implements OnApplicationShutdown {
  private readonly underWay = new Set<AbortController>()

  constructor(private readonly options: BenefitCheckerOptions) {}

  /** Asks about a person. Never rejects, and no person's data is in what it gives. */
  check(person: Person, signal?: AbortSignal): Promise<BenefitCheck> {
    const call = { upstream: 'benefit-checker', operation: 'check' } as const
    return upstreamCall(call, () => this.ask(person, signal), reasonOf)
  }

  private async ask(person: Person, signal?: AbortSignal): Promise<BenefitCheck> {
    const call = new AbortController()
    const end = () => call.abort()
    // The time-out of axios only notices silence; an answer that trickles in would get past it.
    const timer = setTimeout(end, this.options.timeoutMs)
    signal?.addEventListener('abort', end)
    if (signal?.aborted) end()
    this.underWay.add(call)
    try {
      return statusIn(await this.call(person, call.signal))
    } catch (error) {
      return { kind: 'failed', outcome: failureOf(error) }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      this.underWay.delete(call)
    }
  }

  /** Ends the calls under way. */
  onApplicationShutdown(): void {
    for (const call of this.underWay) call.abort()
  }

  private async call(person: Person, signal: AbortSignal): Promise<unknown> {
    const { url, soapAction, credentials } = this.options
    // A client for each call, over one parsed WSDL: it remembers its last request and answer, which nobody should.
    const client = await createClientAsync(benefitCheckerWsdl, { endpoint: url, httpClient })
    const operation = client as unknown as CheckOperation
    operation.setSOAPAction(soapAction)
    const request = { ...credentials, ...requestFields(person), dateOfAward: '' }
    const [answer] = await operation.checkAsync(request, { signal })
    return answer
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

/**
 * In place of the client that `soap` brings: that one writes requests and answers to its debug log, and takes any
 * HTTP status for success. Redirects are not followed: they would carry a person's data somewhere else.
 */
const httpClient: IHttpClient = {
  request(url: string, xml: string, callback, headers, options: { signal: AbortSignal }) {
    noteRequest('POST', url)
    const answer = axios.post<string>(url, xml, {
      headers: { ...headers },
      signal: options.signal,
      responseType: 'text',
      maxRedirects: 0,
      maxContentLength: mebibyte,
    })
    answer.then(
      (response) => {
        noteStatus(response.status)
        callback(null, response, response.data)
      },
      (error: unknown) => {
        noteStatus(axios.isAxiosError(error) ? error.response?.status : undefined)
        callback(error)
      },
    )
    // For the compiler the types of axios differ between CommonJS, which `soap` is, and modules.
    return answer as never
  },
}
