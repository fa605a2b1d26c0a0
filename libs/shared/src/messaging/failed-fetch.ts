import { ok } from '../telemetry/index.js'
import { unavailable, upstreamFailed, type Outcome } from './outcome.js'

/** No connection came about. */
const noConnection: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']

/**
 * What a request by `fetch` comes to that got no answer from an upstream. `unavailable` means that it took nothing, for
 * certain. What fetch says of a failure may quote the address, which may be a secret: only its code is looked at.
 * @param settleMs for how many milliseconds the upstream may still be at what it took
 */
export function failedFetch(upstream: string, error: unknown, timedOut: boolean, settleMs = 0): Outcome {
  if (timedOut) return upstreamFailed(`${upstream}-timeout`, settleMs)
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown }
  return noConnection.includes(code)
    ? unavailable(`${upstream}-unreachable`)
    : upstreamFailed(`${upstream}-reset`, settleMs)
}

/** What is counted of a request that came to this: `ok`, or why it was not. */
export const answerCode = (outcome: Outcome): string => (outcome.kind === 'done' ? ok : outcome.reason)
