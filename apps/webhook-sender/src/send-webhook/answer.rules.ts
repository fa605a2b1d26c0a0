import { isSuccess, type HttpResult } from '#shared/http'

/**
 * What a try came to. `refused`: this event, for good; the next may be taken. `gone`: the endpoint is no more.
 * `failed`: another try is worth it, in `afterMs` milliseconds at the earliest.
 */
export type Answer =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly afterMs: number }

/** Said of the endpoint, its secret or its load, and not of what was sent: the next event would be answered the same. */
const ofEndpoint: readonly number[] = [401, 402, 403, 404, 405, 407, 408, 409, 421, 423, 425, 426, 429, 451]
const gone = 410
const secondMs = 1_000
/** Nobody has us wait for longer. */
const longestWaitMs = 3_600_000

export const failed = (reason: string, afterMs = 0): Answer => ({ kind: 'failed', reason, afterMs })

/** Judged by the status alone: what else an answer says is nobody's to read. */
export function answerOf(result: HttpResult, now: Date): Answer {
  if (result.kind === 'not-sent') return failed(`webhook-${result.failure}`)
  if (result.kind === 'unanswered' && result.status === undefined) return failed(`webhook-${result.failure}`)
  const { status = 0 } = result
  const reason = `webhook-${status}`
  if (isSuccess(status)) return { kind: 'delivered' }
  if (status === gone) return { kind: 'gone', reason }
  if (status >= 400 && status < 500 && !ofEndpoint.includes(status)) return { kind: 'refused', reason }
  return failed(reason, waitOf(result.headers?.['retry-after'], now))
}

/** `Retry-After` in milliseconds: seconds, or a date; nought where it says nothing that can be read. */
export function waitOf(header: string | undefined, now: Date): number {
  const text = header?.trim() ?? ''
  const ms = /^\d+$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now.getTime()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestWaitMs) : 0
}
