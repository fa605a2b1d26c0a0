import type { UpstreamName } from '../contracts/index.js'
import { conventional, own } from './attributes.js'
import { currentSpan, inChildSpan } from './current-span.js'
import { LabelValues } from './label-values.js'
import { counted } from './counted.js'
import { noteAsked } from './upstream-use.js'

export interface UpstreamCall {
  /** Directions hold nobody up: a claim goes on without them. Systems that are provisioned are held each by itself. */
  readonly upstream: UpstreamName | 'directions' | 'provisioning'
  /** What is asked of it, as a name in the code: never an address, an id or a path. */
  readonly operation: string
}

/** How a request ended that did what it should. */
export const ok = 'ok'

/** Statuses and codes of an upstream are among the reasons. */
const outcomes = new LabelValues(100)

/**
 * One request to an upstream, counted and timed, with a span where there are traces. Gives and throws what the work does.
 * @param outcomeOf what the result says of the request: `ok`, or a short code, never a person's data. An error says it
 * by its `reason`.
 */
export function upstreamCall<T>(
  call: UpstreamCall,
  work: () => Promise<T>,
  outcomeOf: (result: T) => string = () => ok,
): Promise<T> {
  const { upstream, operation } = call
  const attributes = { [own.upstream]: upstream, [own.operation]: operation }
  return inChildSpan(`${upstream} ${operation}`, { kind: 'client', attributes }, (span) =>
    counting(call, work, (result) => {
      const outcome = outcomeOf(result)
      if (outcome !== ok) span?.fail(outcome)
      return outcome
    }),
  )
}

/** What may be told of a request of HTTP in the span of its call: of the address, only which server. */
export function noteRequest(method: string, url: string): void {
  const span = currentSpan()
  if (!span || !URL.canParse(url)) return
  const { hostname, port, protocol } = new URL(url)
  span.set({
    [conventional.httpMethod]: method.toUpperCase(),
    [conventional.serverAddress]: hostname,
    [conventional.serverPort]: Number(port) || (protocol === 'https:' ? 443 : 80),
  })
}

/** The status of the answer; undefined where none came. */
export const noteStatus = (status: number | undefined): void =>
  currentSpan()?.set({ [conventional.httpStatus]: status })

async function counting<T>(
  call: UpstreamCall,
  work: () => Promise<T>,
  outcomeOf: (result: T) => string,
): Promise<T> {
  const begun = performance.now()
  let outcome = ok
  try {
    const result = await work()
    outcome = outcomeOf(result)
    return result
  } catch (error) {
    outcome = reasonOf(error)
    throw error
  } finally {
    const { upstream, operation } = call
    noteAsked(upstream)
    counted().upstreamDuration.observe({ upstream, operation }, (performance.now() - begun) / 1_000)
    counted().upstreamRequests.inc({ upstream, operation, outcome: outcomes.of(outcome) })
  }
}

/** An error without a reason of its own is not quoted: its message may hold anything. */
function reasonOf(error: unknown): string {
  const { reason, name } = (error ?? {}) as { reason?: unknown; name?: unknown }
  if (typeof reason === 'string') return reason
  return name === 'TimeoutError' ? 'timeout' : name === 'AbortError' ? 'aborted' : 'failed'
}
