import type { NotSent, Unanswered } from '../../http/index.js'
import { ok } from '../../telemetry/index.js'
import { retry, unavailable, upstreamFailed, type Outcome } from './outcome.js'

/**
 * What a request comes to that got no answer from an upstream. `unavailable` means that it took nothing, for certain.
 * @param settleMs for how many milliseconds the upstream may still be at what it took
 */
export function failedRequest(upstream: string, result: NotSent | Unanswered, settleMs = 0): Outcome {
  const reason = `${upstream}-${result.failure}`
  if (result.kind === 'unanswered') return upstreamFailed(reason, settleMs)
  // This process stood still: that says nothing of the upstream.
  return result.failure === 'too-late' ? retry('too-late-to-send') : unavailable(reason)
}

/** What is counted of a request that came to this: `ok`, or why it was not. */
export const answerCode = (outcome: Outcome): string => (outcome.kind === 'done' ? ok : outcome.reason)
