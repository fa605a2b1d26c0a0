import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { json, plain, type Reply, type SimulatorRequest } from './http-messages.js'

/** A route that was asked for, also one that was not found. */
export interface DirectionsCall {
  origin: string
  destination: string
}

const STATUSES = [
  'OK',
  'NOT_FOUND',
  'ZERO_RESULTS',
  'INVALID_REQUEST',
  'OVER_DAILY_LIMIT',
  'OVER_QUERY_LIMIT',
  'REQUEST_DENIED',
  'UNKNOWN_ERROR',
] as const

/** How an answer's body names its outcome; the HTTP status is 200 with every one of them. */
export type DirectionsStatus = (typeof STATUSES)[number]

/** One way in metres, or a status that has no route. */
export interface RouteAnswer {
  metres?: number | undefined
  status?: DirectionsStatus | undefined
}

export interface DirectionsAnswers extends RouteAnswer {
  byOrigin?: Readonly<Record<string, RouteAnswer>> | undefined
}

export interface DirectionsOptions {
  random?: (() => number) | undefined
}

const DEFAULT_METRES = 30_000
const METRES_PER_SECOND = 20

const route = z.strictObject({
  metres: z.int().nonnegative().optional(),
  status: z.enum(STATUSES).optional(),
})
const answersSchema = route.extend({ byOrigin: z.record(z.string(), route).optional() })

const noRoute = (status: DirectionsStatus, message?: string): Reply =>
  json(200, { ...(message && { error_message: message }), geocoded_waypoints: [], routes: [], status })

function found({ origin, destination }: DirectionsCall, metres: number): Reply {
  const seconds = Math.round(metres / METRES_PER_SECOND)
  const leg = {
    distance: { text: `${(metres / 1000).toFixed(1)} km`, value: metres },
    duration: { text: `${Math.round(seconds / 60)} mins`, value: seconds },
    start_address: origin,
    end_address: destination,
    steps: [],
  }
  return json(200, {
    geocoded_waypoints: [{ geocoder_status: 'OK' }, { geocoder_status: 'OK' }],
    routes: [{ summary: '', legs: [leg], warnings: [], waypoint_order: [] }],
    status: 'OK',
  })
}

/** The older directions API: routes in JSON, every outcome with HTTP 200 and its name in the body. */
export class DirectionsSimulator extends HttpSimulator<DirectionsCall> {
  #general: RouteAnswer = {}
  #byOrigin = new Map<string, RouteAnswer>()

  constructor(options: DirectionsOptions = {}) {
    super('directions', options.random)
  }

  /** How far everything is, one way, in whole metres. */
  setMetres(metres: number): void {
    this.#general = { ...this.#general, metres }
  }

  /** The outcome of every request without one of its own; `OK` gives routes again. */
  setStatus(status: DirectionsStatus): void {
    this.#general = { ...this.#general, status }
  }

  /** Answers by origin, exactly as the client writes it; takes the place of those set before. */
  setByOrigin(byOrigin: Readonly<Record<string, RouteAnswer>>): void {
    this.#byOrigin = new Map(Object.entries(byOrigin))
  }

  /** All answers at once; what is left out is as at the start. */
  setAnswers({ byOrigin = {}, ...general }: DirectionsAnswers): void {
    this.#general = general
    this.setByOrigin(byOrigin)
  }

  override putAnswers(answers: unknown): void {
    this.setAnswers(answersSchema.parse(answers))
  }

  override resetAnswers(): void {
    this.setAnswers({})
  }

  protected override forgetWork(): void {
    // Routes leave nothing behind.
  }

  protected override receive({ method, path, query }: SimulatorRequest): Received<DirectionsCall> {
    if (method !== 'GET' || path !== '/maps/api/directions/json') return { perform: () => plain(404) }
    const origin = query.get('origin') ?? ''
    const destination = query.get('destination') ?? ''
    if (!query.get('key')) {
      return { perform: () => noRoute('REQUEST_DENIED', 'You must use an API key.') }
    }
    const lacking = !origin ? 'origin' : !destination ? 'destination' : undefined
    if (lacking) {
      return { perform: () => noRoute('INVALID_REQUEST', `Missing the '${lacking}' parameter.`) }
    }
    const call = { origin, destination }
    return { call, perform: () => this.#route(call) }
  }

  #route(call: DirectionsCall): Reply {
    const answer = this.#byOrigin.get(call.origin) ?? this.#general
    if (answer.status && answer.status !== 'OK') return noRoute(answer.status)
    return found(call, answer.metres ?? this.#general.metres ?? DEFAULT_METRES)
  }
}
