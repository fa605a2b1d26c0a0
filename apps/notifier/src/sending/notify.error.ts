import { z } from 'zod'
import { isSuccess, type HttpResult, type NotSent } from '#shared/http'
import { OwnError } from '#shared/logging'

/**
 * `permanent`: trying again changes nothing. `rate-limited`: too many requests this minute. `daily-limit`: too
 * many emails until midnight UTC. `unavailable`: Notify takes nothing from anybody. `refused`: it takes nothing from this
 * service, whose key or clock is wrong. `temporary`: worth another try. `too-late`: not sent, for this process stood still.
 */
export type NotifyFailure =
  | 'permanent'
  | 'rate-limited'
  | 'daily-limit'
  | 'unavailable'
  | 'refused'
  | 'temporary'
  | 'too-late'

/** A failed request to Notify. Message and properties are short codes: never an address, a name or a token. */
export class NotifyError extends OwnError {
  override readonly name = 'NotifyError'

  /**
   * @param isUnanswered nobody knows how the request ended: Notify may have taken the email, or take it yet. Where it is
   * false, it has not, for certain.
   */
  constructor(
    readonly kind: NotifyFailure,
    readonly reason: string,
    readonly isUnanswered = false,
  ) {
    super(reason)
  }
}

/** What a request came to that did not do what it should. Judged by its status, its error type and how far it got. */
export function asNotifyError(result: HttpResult): NotifyError {
  switch (result.kind) {
    case 'not-sent':
      return notSent(result.failure)
    case 'unanswered': {
      const { status, failure } = result
      if (status !== undefined && !isSuccess(status)) return ofStatus(status, undefined)
      return unreadableOr(failure)
    }
    case 'answered':
      return isSuccess(result.status) ? unreadableOr('unreadable') : ofStatus(result.status, result.body)
  }
}

const unreadableOr = (failure: string): NotifyError => new NotifyError('temporary', `notify-${failure}`, true)

function notSent(failure: NotSent['failure']): NotifyError {
  switch (failure) {
    case 'too-late':
      return new NotifyError('too-late', 'too-late-to-send')
    case 'client-failed':
      return new NotifyError('temporary', 'notify-client-failed')
    case 'unreachable':
    case 'handshake-failed':
      return new NotifyError('unavailable', `notify-${failure}`)
  }
}

function ofStatus(status: number, body: string | undefined): NotifyError {
  const reason = `notify-${status}`
  const isUnanswered = !takesNothing.includes(status)
  if (status === 400) return new NotifyError('permanent', reason + refusedPart(body))
  if (refusesService.includes(status)) return new NotifyError('refused', reason)
  if (behindGateway.includes(status)) return new NotifyError('unavailable', reason, isUnanswered)
  if (status !== 429) return new NotifyError('temporary', reason, isUnanswered)
  if (errorTypes(body).includes('TooManyRequestsError'))
    return new NotifyError('daily-limit', `${reason}-daily`)
  return new NotifyError('rate-limited', reason)
}

/** Its key is wrong, or its clock: signed more than 30 seconds ago or ahead, nothing is taken. */
const refusesService: readonly number[] = [401, 403]
/** Said before a request is looked at, or because of what it says. With any other status it may have been taken. */
const takesNothing: readonly number[] = [400, 401, 403, 404, 405, 411, 413, 414, 415, 422, 429, 431]
/** Said by what stands before Notify when it finds it away, or when it would not wait for it any longer. */
const behindGateway: readonly number[] = [502, 503, 504]

const errorAnswer = z.object({
  errors: z.array(z.object({ error: z.string(), message: z.string().catch('') })),
})

function errorsIn(body: string | undefined) {
  const answer = errorAnswer.safeParse(parsed(body ?? ''))
  return answer.success ? answer.data.errors : []
}

const errorTypes = (body: string | undefined): string[] => errorsIn(body).map(({ error }) => error)

/** By how Notify begins to say what it refuses; what it says then may quote a value, and is not passed on. */
const refusedParts: readonly (readonly [begins: RegExp, part: string])[] = [
  [/^email_address\b/i, '-address'],
  [/^phone_number\b|international mobile/i, '-number'],
  [/^(?:sms_sender_id|email_reply_to_id)\b/i, '-sender'],
  [/^template/i, '-template'],
  [/^(?:missing )?personalisation\b/i, '-personalisation'],
]

function refusedPart(body: string | undefined): string {
  const messages = errorsIn(body).map(({ message }) => message)
  const found = refusedParts.find(([begins]) => messages.some((message) => begins.test(message)))
  return found?.[1] ?? ''
}

/** Undefined for what is no JSON; what the parser says of it could quote it. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
