import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { noteRequest, noteStatus, ok, upstreamCall } from '#shared/telemetry'

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
/** It will not look; asking again gives the same. */
const refused: readonly string[] = ['REQUEST_DENIED', 'INVALID_REQUEST']

interface Found {
  readonly metres: number | undefined
  /** `ok`, or the code of a refusal. */
  readonly outcome: string
}

/** An answer that says nothing about the route. */
class DirectionsError extends Error {
  override readonly name = 'DirectionsError'

  constructor(readonly reason: string) {
    super(reason)
  }
}

/** Road distances from the directions API. */
export class DirectionsClient {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /**
   * Metres by road, one way; undefined if there is no route, or the API still fails after a few tries. Never
   * throws but for the signal; repeating is safe.
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
    const query = new URLSearchParams({ origin: from, destination: to, key: this.key })
    noteRequest('GET', this.url)
    const response = await fetch(`${this.url}?${query.toString()}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeOutMs)]),
    })
    noteStatus(response.status)
    if (!response.ok) {
      await response.body?.cancel()
      throw new DirectionsError(`directions-${response.status}`)
    }
    const { status, routes } = answer.parse(await response.json())
    if (noRoute.includes(status)) return { metres: undefined, outcome: ok }
    if (refused.includes(status)) return { metres: undefined, outcome: 'directions-refused' }
    if (status !== 'OK') throw new DirectionsError('directions-unavailable')
    return { metres: routes[0]?.legs[0]?.distance.value, outcome: ok }
  }
}
