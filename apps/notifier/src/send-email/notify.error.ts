import axios from 'axios'
import { z } from 'zod'

/**
 * `permanent`: trying again changes nothing. `rate-limited`: too many requests this minute. `daily-limit`: too
 * many emails until midnight UTC. `unavailable`: Notify takes nothing from anybody. `temporary`: worth another try, and
 * the email may have been taken.
 */
export type NotifyFailure = 'permanent' | 'rate-limited' | 'daily-limit' | 'unavailable' | 'temporary'

/** A failed request to Notify. Message and properties are short codes: never an address, a name or a token. */
export class NotifyError extends Error {
  override readonly name = 'NotifyError'

  constructor(
    readonly kind: NotifyFailure,
    readonly reason: string,
  ) {
    super(reason)
  }

  /** Nothing was heard of how the request ended: Notify may still be at it, and take the email yet. */
  get isUnanswered(): boolean {
    return unanswered.includes(this.reason)
  }
}

/**
 * Judges by status, error type and error code, never by a message's text. The error given, which holds the email
 * and the token, is deliberately not kept as the cause.
 */
export function asNotifyError(error: unknown): NotifyError {
  if (!axios.isAxiosError<unknown>(error)) return new NotifyError('temporary', 'notify-client-failed')
  const { response } = error
  if (response !== undefined && !isSuccess(response.status)) return ofStatus(response.status, response.data)
  const reason = reasonOfCode(error.code ?? '')
  return new NotifyError(reason === unreachable ? 'unavailable' : 'temporary', reason)
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

function ofStatus(status: number, body: unknown): NotifyError {
  const reason = `notify-${status}`
  if (status === 400 || status === 403) return new NotifyError('permanent', reason)
  if (behindGateway.includes(status)) return new NotifyError('unavailable', reason)
  if (status !== 429) return new NotifyError('temporary', reason)
  if (errorTypes(body).includes('TooManyRequestsError'))
    return new NotifyError('daily-limit', `${reason}-daily`)
  return new NotifyError('rate-limited', reason)
}

/** Said by what stands before Notify when it finds it away. */
const behindGateway: readonly number[] = [502, 503, 504]

const errorAnswer = z.object({ errors: z.array(z.object({ error: z.string() })) })

function errorTypes(body: unknown): string[] {
  const answer = errorAnswer.safeParse(body)
  return answer.success ? answer.data.errors.map(({ error }) => error) : []
}

/** Nobody listens there. */
const unreachable = 'notify-unreachable'
const timedOut = 'notify-timeout'
const reset = 'notify-reset'
/** The last two by a gateway, which did not wait for Notify any longer, or lost it. */
const unanswered: readonly string[] = [timedOut, reset, 'notify-502', 'notify-504']

const reasons: readonly [RegExp, string][] = [
  [/^(ERR_CANCELED|ECONNABORTED|ETIMEDOUT)$/, timedOut],
  [/^(ECONNRESET|EPIPE)$/, reset],
  // Not HTTP, cut short, too long, or not what its headers promise.
  [/^(HPE_.*|ERR_BAD_RESPONSE|Z_.*)$/, 'notify-unreadable'],
]

const reasonOfCode = (code: string): string =>
  reasons.find(([pattern]) => pattern.test(code))?.[1] ?? unreachable
