import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { isObject, json, parseJson, type Reply, type SimulatorRequest } from './http-messages.js'

/** The `ticket` of a request as it was sent. */
export type SentTicket = Record<string, unknown>

/** A request for a ticket that was answered with one. */
export interface HelpdeskCall {
  method: string
  path: string
  ticketId: number
  ticket: SentTicket
  idempotencyKey: string | null
  /** The key was known: this is the ticket of an earlier call. */
  duplicate: boolean
}

/** A ticket as the helpdesk holds it. */
export interface HelpdeskTicket {
  id: number
  ticket: SentTicket
  idempotencyKey: string | null
}

export interface HelpdeskOptions {
  random?: (() => number) | undefined
}

interface Earlier {
  body: string
  id: number
}

const FIRST_TICKET = 1001
const PATHS = new Set(['/api/v2/tickets.json', '/api/v2/tickets'])

const refuse = (status: number, error: string, description?: string): Received<HelpdeskCall> => ({
  perform: () => json(status, { error, ...(description && { description }) }),
})

/** Whether this is `EMAIL/token:KEY`, whoever it may be. */
function isAuthenticated(authorization: string | undefined): boolean {
  const [scheme, encoded = ''] = (authorization ?? '').split(' ', 2)
  const credentials = Buffer.from(encoded, 'base64').toString('utf8')
  return scheme?.toLowerCase() === 'basic' && /^[^\s:@]+@[^\s:@]+\/token:.+$/.test(credentials)
}

/**
 * The helpdesk: raising a ticket. An `Idempotency-Key` seen before with the same body gives the same ticket again,
 * with another body it is an error. (The real one forgets keys after two hours; this one when it is reset.)
 */
export class HelpdeskSimulator extends HttpSimulator<HelpdeskCall> {
  #tickets: HelpdeskTicket[] = []
  readonly #byKey = new Map<string, Earlier>()

  constructor(options: HelpdeskOptions = {}) {
    super('helpdesk', options.random)
  }

  /** The tickets raised, each once, oldest first. */
  get tickets(): readonly HelpdeskTicket[] {
    return this.#tickets
  }

  override putAnswers(answers: unknown): void {
    z.strictObject({}).parse(answers)
  }

  override resetAnswers(): void {
    // There is only one answer.
  }

  protected override forgetWork(): void {
    this.#tickets = []
    this.#byKey.clear()
  }

  protected override errorReply(status: number): Reply {
    const error =
      status === 401 ? "Couldn't authenticate you" : status === 429 ? 'APIRateLimitExceeded' : 'Error'
    return json(status, { error }, status === 429 ? { 'retry-after': '1' } : undefined)
  }

  protected override receive(request: SimulatorRequest): Received<HelpdeskCall> {
    if (!isAuthenticated(request.headers.authorization)) return { perform: () => this.errorReply(401) }
    if (request.method !== 'POST' || !PATHS.has(request.path))
      return refuse(404, 'InvalidEndpoint', 'Not found')
    const body = parseJson(request.body)
    const ticket = isObject(body) ? body['ticket'] : undefined
    if (!isObject(ticket)) return refuse(400, 'InvalidAttribute', 'ticket must be an object')
    if (!isObject(ticket['comment']) || !ticket['comment']['body']) {
      return refuse(422, 'RecordInvalid', 'Description: cannot be blank')
    }
    const key = request.headers['idempotency-key']
    return this.#raise(request, ticket, typeof key === 'string' && key !== '' ? key : null)
  }

  #raise(
    { method, path, body }: SimulatorRequest,
    ticket: SentTicket,
    idempotencyKey: string | null,
  ): Received<HelpdeskCall> {
    const earlier = idempotencyKey === null ? undefined : this.#byKey.get(idempotencyKey)
    if (earlier && earlier.body !== body) {
      const description = "Request parameters don't match the given idempotency key"
      return refuse(400, 'IdempotentRequestError', description)
    }
    const id = earlier?.id ?? FIRST_TICKET + this.#tickets.length
    const call = { method, path, ticketId: id, ticket, idempotencyKey, duplicate: earlier !== undefined }
    return { call, perform: () => this.#answer(call, body) }
  }

  #answer({ ticketId: id, ticket, idempotencyKey, duplicate }: HelpdeskCall, body: string): Reply {
    if (!duplicate) {
      this.#tickets.push({ id, ticket, idempotencyKey })
      if (idempotencyKey !== null) this.#byKey.set(idempotencyKey, { body, id })
    }
    const url = `${this.url}/api/v2/tickets/${id}.json`
    const { subject, tags, submitter_id } = ticket
    const shown = { id, url, subject, tags, submitter_id, status: 'new' }
    return json(
      201,
      { ticket: shown },
      {
        location: url,
        ...(idempotencyKey !== null && { 'x-idempotency-lookup': duplicate ? 'hit' : 'miss' }),
      },
    )
  }
}
