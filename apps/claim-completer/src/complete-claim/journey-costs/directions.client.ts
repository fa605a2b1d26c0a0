import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { HttpClient, isSuccess, plainText } from '#shared/http'
import { OwnError } from '#shared/logging'
import { ok, upstreamCall } from '#shared/telemetry'

/** Milliseconds for one answer; costing is never a reason to hold a claim for long. */
const timeOutMs = 3_000
const tries = 3
const pauseMs = 200

const answer = z.object({
  status: z.string(),
  routes: z
    .array(z.object({ legs: z.array(z.object({ distance: z.object({ value: z.number().nonnegative() }) })) }))
    .default([]),
})

/** The API has looked, and there is no route. */
const noRoute: readonly string[] = ['ZERO_RESULTS', 'NOT_FOUND', 'MAX_ROUTE_LENGTH_EXCEEDED']
/** It will not look for this service, or at this question; asking again gives the same. */
const refusedStatuses: readonly number[] = [401, 403]
const refused: readonly string[] = ['REQUEST_DENIED', 'INVALID_REQUEST']

interface Found {
  readonly metres: number | undefined
  /** `ok`, or the code of a refusal. */
  readonly outcome: string
}

/** An answer that says nothing about the route. */
class DirectionsError extends OwnError {
  override readonly name = 'DirectionsError'

  constructor(readonly reason: string) {
    super(reason)
  }
}

/** Road distances from the directions API. */
export class DirectionsClient {
  private readonly http = new HttpClient()

  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /**
   * Metres by road, one way; undefined if there is no route, the API still fails after a few tries, or refuses this
   * service: no claim is held for that. Never throws but for the signal; repeating is safe.
   */
  async metres(from: string, to: string, signal: AbortSignal): Promise<number | undefined> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      try {
        return await this.route(from, to, signal)
      } catch (error) {
        if (signal.aborted) throw error
      }
      if (attempt < tries) await delay(pauseMs * attempt, undefined, { signal })
    }
    return undefined
  }

  /** @throws if the answer says nothing about the route */
  private async route(from: string, to: string, signal: AbortSignal): Promise<number | undefined> {
    const call = { upstream: 'directions', operation: 'route' } as const
    const found = await upstreamCall(
      call,
      () => this.ask(from, to, signal),
      ({ outcome }) => outcome,
    )
    return found.metres
  }

  private async ask(from: string, to: string, signal: AbortSignal): Promise<Found> {
    const query = new URLSearchParams({
      origin: plainText(from),
      destination: plainText(to),
      key: this.key,
    })
    const url = `${this.url}?${query.toString()}`
    const result = await this.http.send({ method: 'GET', url, timeoutMs: timeOutMs, signal })
    signal.throwIfAborted()
    if (result.kind !== 'answered') throw new DirectionsError(`directions-${result.failure}`)
    if (refusedStatuses.includes(result.status)) return refusal
    if (!isSuccess(result.status)) throw new DirectionsError(`directions-${result.status}`)
    const { status, routes } = read(result.body)
    if (noRoute.includes(status)) return { metres: undefined, outcome: ok }
    if (refused.includes(status)) return refusal
    if (status !== 'OK') throw new DirectionsError('directions-unavailable')
    return { metres: routes[0]?.legs[0]?.distance.value, outcome: ok }
  }
}

const refusal: Found = { metres: undefined, outcome: 'directions-refused' }

/** What the parsers say of an answer could quote it. */
function read(body: string): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(body))
  } catch {
    throw new DirectionsError('directions-unreadable')
  }
}
