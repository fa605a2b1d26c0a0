import { isAxiosError } from 'axios'
import { z } from 'zod'
import { reject, unavailable, upstreamFailed, type Outcome } from '#shared/messaging'

/** Why a check did not happen. Short codes: operators see them in the task run and in the dead letter. */
export const checkFailed = {
  timeout: upstreamFailed('dwp-timeout'),
  /** Nobody listens there. */
  unreachable: unavailable('dwp-unreachable'),
  reset: upstreamFailed('dwp-reset'),
  unreadable: upstreamFailed('dwp-unreadable'),
  unknownStatus: upstreamFailed('dwp-unknown-status'),
  /** An HTTP status that is no success, without a fault that says more. */
  http: (status: number) =>
    (takesNothing.includes(status) ? unavailable : upstreamFailed)(`dwp-http-${status}`),
  fault: (code: string | undefined) => {
    if (!code) return upstreamFailed('dwp-fault')
    return (permanentFaults.includes(code) ? reject : upstreamFailed)(`dwp-fault-${code}`)
  },
} as const

/** Too many requests, and what stands before the service finds it away. */
const takesNothing: readonly number[] = [429, 502, 503, 504]

/** The request itself is refused (validation), or the deployment's credentials are. */
const permanentFaults = [
  ...['LSCBC205', 'LSCBC210', 'LSCBC215'],
  ...['LSCBC250', 'LSCBC251', 'LSCBC252', 'LSCBC253', 'LSCBC254'],
]

/** A text, with or without attributes on its element. */
export const textElement = z.union([z.string(), z.object({ $value: z.string() }).transform((e) => e.$value)])

/** Where `soap` leaves a fault it has read: at the error, whatever the HTTP status was. */
const faultError = z.object({
  root: z.object({ Envelope: z.object({ Body: z.object({ Fault: z.unknown() }) }) }),
})
const faultDetail = z.object({
  detail: z.object({ benefitCheckerFaultException: z.object({ MessageCode: textElement }) }),
})

/**
 * Judges an error of the call. The error is not kept: it holds the request, that is, a person's data.
 */
export function failureOf(error: unknown): Outcome {
  const fault = faultError.safeParse(error)
  if (fault.success) return checkFailed.fault(faultCode(fault.data.root.Envelope.Body.Fault))
  if (!isAxiosError(error)) return checkFailed.unreadable
  // An answer that broke off has the status it began with.
  const { status = 200 } = error.response ?? {}
  if (status < 200 || status > 299) return checkFailed.http(status)
  const code = error.code ?? ''
  if (/^(ERR_CANCELED|ECONNABORTED|ETIMEDOUT)$/.test(code)) return checkFailed.timeout
  if (/^(ECONNRESET|EPIPE)$/.test(code)) return checkFailed.reset
  return /^(HPE_.*|ERR_BAD_RESPONSE|Z_.*)$/.test(code) ? checkFailed.unreadable : checkFailed.unreachable
}

function faultCode(fault: unknown): string | undefined {
  const detail = faultDetail.safeParse(fault)
  const code = detail.data?.detail.benefitCheckerFaultException.MessageCode.trim().toUpperCase()
  return code && /^[A-Z]{1,10}\d{1,6}$/.test(code) ? code : undefined
}
