import { z } from 'zod'
import { isSuccess, type HttpResult, type NotSent } from '#shared/http'
import { refused, reject, unavailable, upstreamFailed, type Outcome } from '#shared/messaging'
import { OwnError } from '#shared/logging'

/** Why a check did not happen. Short codes: operators see them in the task run and in the dead letter. */
export const checkFailed = {
  timeout: upstreamFailed('dwp-timeout'),
  /** Nobody listens there, or not who should. */
  notSent: (failure: NotSent['failure']): Outcome =>
    failure === 'too-late' ? checkFailed.timeout : unavailable(`dwp-${failure}`),
  /** A name or a number with characters that are none: XML cannot hold them, and nobody is called so. */
  unsendable: reject('dwp-text-unsendable'),
  reset: upstreamFailed('dwp-reset'),
  unreadable: upstreamFailed('dwp-unreadable'),
  unknownStatus: upstreamFailed('dwp-unknown-status'),
  /** An HTTP status that is no success, without a fault that says more. */
  http: (status: number) => {
    const judge = refusesService.includes(status) ? refused : unavailable
    return (refusesService.includes(status) || takesNothing.includes(status) ? judge : upstreamFailed)(
      `dwp-http-${status}`,
    )
  },
  fault: (code: string | undefined) => {
    if (!code) return upstreamFailed('dwp-fault')
    if (refusals.includes(code)) return refused(`dwp-fault-${code}`)
    return (permanentFaults.includes(code) ? reject : upstreamFailed)(`dwp-fault-${code}`)
  },
} as const

/** Too many requests, and what stands before the service finds it away. */
const takesNothing: readonly number[] = [429, 502, 503, 504]

/** The deployment's credentials are wrong, whoever is asked about. */
const refusesService: readonly number[] = [401, 403, 407]
const refusals: readonly string[] = ['LSCBC250', 'LSCBC251', 'LSCBC252', 'LSCBC253', 'LSCBC254']
/** The request itself is refused (validation). */
const permanentFaults: readonly string[] = ['LSCBC205', 'LSCBC210', 'LSCBC215']

/** A text, with or without attributes on its element. */
export const textElement = z.union([z.string(), z.object({ $value: z.string() }).transform((e) => e.$value)])

/** Where `soap` leaves a fault it has read: at the error, whatever the HTTP status was. */
const faultError = z.object({
  root: z.object({ Envelope: z.object({ Body: z.object({ Fault: z.unknown() }) }) }),
})
const faultDetail = z.object({
  detail: z.object({ benefitCheckerFaultException: z.object({ MessageCode: textElement }) }),
})

/** A request that did not do what it should: `soap` looks for a fault in its `response`. */
export class RequestFailed extends OwnError {
  override readonly name = 'RequestFailed'
  readonly response: { readonly data: string } | undefined

  constructor(readonly result: HttpResult) {
    super('the request failed')
    if (result.kind === 'answered') this.response = { data: result.body }
  }
}

/**
 * Judges an error of the call. The error is not kept: it holds the request, that is, a person's data.
 */
export function failureOf(error: unknown): Outcome {
  const fault = faultError.safeParse(error)
  if (fault.success) return checkFailed.fault(faultCode(fault.data.root.Envelope.Body.Fault))
  if (!(error instanceof RequestFailed)) return checkFailed.unreadable
  const { result } = error
  if (result.kind === 'not-sent') return checkFailed.notSent(result.failure)
  // An answer that broke off has the status it began with.
  const { status = 200 } = result
  if (!isSuccess(status)) return checkFailed.http(status)
  return result.kind === 'unanswered' ? checkFailed[result.failure] : checkFailed.unreadable
}

function faultCode(fault: unknown): string | undefined {
  const detail = faultDetail.safeParse(fault)
  const code = detail.data?.detail.benefitCheckerFaultException.MessageCode.trim().toUpperCase()
  return code && /^LSCBC\d{3}$/.test(code) ? code : undefined
}
