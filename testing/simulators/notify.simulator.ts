import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { json, parseJson, type Reply, type SimulatorRequest } from './http-messages.js'
import { readEmailRequest, type EmailRequest, type NotifyError } from './notify-email.js'
import { isUuid, NotifyTokens } from './notify-tokens.js'
import { NotifyStore } from './notify-store.js'

/** The key the simulator knows unless told otherwise; invented. */
export const DEFAULT_NOTIFY_API_KEY =
  'goldenkey-11111111-2222-4333-8444-555555555555-66666666-7777-4888-8999-000000000000'

/** An email that was taken for sending. */
export interface NotifyCall extends EmailRequest {
  notificationId: string
}

export interface NotifyOptions {
  apiKeys?: readonly string[] | undefined
  /** False for services on another clock: a token may then be of any time. */
  checkIssuedAt?: boolean | undefined
  random?: (() => number) | undefined
}

const TEMPLATE_TYPES = ['sms', 'email', 'letter']
const ERRORS: Record<number, NotifyError> = {
  400: { error: 'BadRequestError', message: 'An error occurred' },
  403: { error: 'AuthError', message: 'Invalid token: API key not found' },
  404: { error: 'NoResultFound', message: 'No result found' },
  429: {
    error: 'RateLimitError',
    message: 'Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds',
  },
  500: { error: 'Exception', message: 'Internal server error' },
}

/** The body of Notify's errors, for a `status` misbehaviour that is to name another error than the usual one. */
export const notifyError = (status: number, error: string, message: string) => ({
  status_code: status,
  errors: [{ error, message }],
})

/** The 429 of a service that has sent all it may today; the usual 429 is the limit of a minute. */
export const DAILY_LIMIT_REACHED = notifyError(
  429,
  'TooManyRequestsError',
  'Exceeded send limits (250000) for today',
)

const failure = (status: number, errors: readonly NotifyError[]): Reply =>
  json(status, { status_code: status, errors })

/**
 * GOV.UK Notify: sending an email, and looking emails up by id or reference. As there, a reference may be used again:
 * each request is an email of its own.
 */
export class NotifySimulator extends HttpSimulator<NotifyCall> {
  readonly #tokens: NotifyTokens
  readonly #store = new NotifyStore()
  #templates: ReadonlyMap<string, readonly string[]> | undefined
  #lookups = 0

  constructor(options: NotifyOptions = {}) {
    super('notify', options.random)
    this.#tokens = new NotifyTokens(
      options.apiKeys ?? [DEFAULT_NOTIFY_API_KEY],
      options.checkIssuedAt ?? true,
    )
  }

  /** How often emails were looked up, by id or by reference. */
  get lookups(): number {
    return this.#lookups
  }

  /** From now on only these templates exist, each with the personalisation it needs; others answer 400. */
  setTemplates(templates: Record<string, readonly string[]>): void {
    this.#templates = new Map(Object.entries(templates))
  }

  override putAnswers(answers: unknown): void {
    const schema = z.strictObject({ templates: z.record(z.uuid(), z.array(z.string())) })
    this.setTemplates(schema.parse(answers).templates)
  }

  override resetAnswers(): void {
    this.#templates = undefined
  }

  override forgetCalls(): void {
    super.forgetCalls()
    this.#lookups = 0
  }

  protected override forgetWork(): void {
    this.#store.clear()
  }

  protected override errorReply(status: number): Reply {
    return failure(status, [ERRORS[status] ?? { error: 'Exception', message: 'Internal server error' }])
  }

  protected override receive(request: SimulatorRequest): Received<NotifyCall> {
    const verdict = this.#tokens.check(request.headers.authorization)
    if ('status' in verdict) {
      const { status, message } = verdict
      return { perform: () => failure(status, [{ error: 'AuthError', message }]) }
    }
    const { method, path } = request
    if (method === 'POST' && path === '/v2/notifications/email') {
      return this.#email(request.body, verdict.serviceId)
    }
    if (method === 'GET' && path === '/v2/notifications') return { perform: () => this.#list(request.query) }
    const id = /^\/v2\/notifications\/([^/]+)$/.exec(path)?.[1]
    if (method === 'GET' && id !== undefined) return { perform: () => this.#one(id) }
    return { perform: () => json(404, { result: 'error', message: 'The requested URL was not found' }) }
  }

  #email(body: string, serviceId: string): Received<NotifyCall> {
    const read = readEmailRequest(parseJson(body))
    if ('errors' in read) return { perform: () => failure(400, read.errors) }
    const { email } = read
    const message = this.#templateProblem(email)
    if (message) return { perform: () => failure(400, [{ error: 'BadRequestError', message }]) }
    const call = { ...email, notificationId: randomUUID() }
    return { call, perform: () => this.#take(call, serviceId) }
  }

  #templateProblem({ template_id: id, personalisation }: EmailRequest): string | undefined {
    if (!this.#templates) return undefined
    const needed = this.#templates.get(id)
    if (!needed) return 'Template not found'
    const missing = needed.filter((name) => personalisation[name] == null)
    return missing.length > 0 ? `Missing personalisation: ${missing.join(', ')}` : undefined
  }

  #take(call: NotifyCall, serviceId: string): Reply {
    this.#store.add(call)
    return json(201, {
      id: call.notificationId,
      reference: call.reference,
      content: this.#store.content(call),
      uri: `${this.url}/v2/notifications/${call.notificationId}`,
      template: {
        id: call.template_id,
        version: 1,
        uri: `${this.url}/services/${serviceId}/templates/${call.template_id}`,
      },
      scheduled_for: null,
    })
  }

  #one(id: string): Reply {
    this.#lookups += 1
    if (!isUuid(id)) {
      return failure(400, [{ error: 'ValidationError', message: 'notification_id is not a valid UUID' }])
    }
    const found = this.#store.find(id, this.url)
    return found ? json(200, found) : this.errorReply(404)
  }

  #list(query: URLSearchParams): Reply {
    this.#lookups += 1
    const types = query.getAll('template_type')
    const odd = types.find((type) => !TEMPLATE_TYPES.includes(type))
    if (odd !== undefined) {
      const message = `template_type ${odd} is not one of [${TEMPLATE_TYPES.join(', ')}]`
      return failure(400, [{ error: 'ValidationError', message }])
    }
    const current = `${this.url}/v2/notifications?${query.toString()}`
    if (types.length > 0 && !types.includes('email'))
      return json(200, { notifications: [], links: { current } })
    return json(200, this.#store.page(query, this.url))
  }
}
