import { randomUUID } from 'node:crypto'
import { HttpSimulator, type Received } from './http-simulator.js'
import { json, parseJson, type Reply, type SimulatorRequest } from './http-messages.js'
import {
  isSmokeTest,
  notifyAnswers,
  postReceipt,
  statusFor,
  type NotifyAnswers,
  type NotifyStatus,
  type ReceiptsTo,
} from './notify-delivery.js'
import {
  digitsOf,
  readNotifyRequest,
  type NotifyChannel,
  type NotifyError,
  type NotifyRequest,
} from './notify-request.js'
import { isUuid, NotifyTokens } from './notify-tokens.js'
import { NotifyStore } from './notify-store.js'

/** The key the simulator knows unless told otherwise; invented. */
export const DEFAULT_NOTIFY_API_KEY =
  'goldenkey-11111111-2222-4333-8444-555555555555-66666666-7777-4888-8999-000000000000'

/** An email or a text message that was taken for sending. */
export interface NotifyCall extends NotifyRequest {
  notificationId: string
}

export interface NotifyOptions {
  apiKeys?: readonly string[] | undefined
  /** False for services on another clock: a token may then be of any time. */
  checkIssuedAt?: boolean | undefined
  random?: (() => number) | undefined
}

/** A template, by the channel it is for and the fields that it asks for. */
type Template = { readonly type: NotifyChannel; readonly fields: readonly string[] }

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

const limitReached = (which: string) =>
  notifyError(429, 'TooManyRequestsError', `Exceeded send limits (${which}) for today`)

/** The 429 of a service that has sent all it may today; the usual 429 is the limit of a minute. */
export const DAILY_LIMIT_REACHED = limitReached('250000')

const failure = (status: number, errors: readonly NotifyError[]): Reply =>
  json(status, { status_code: status, errors })

/**
 * GOV.UK Notify: sending an email or a text message, looking them up by id or reference, templates, and receipts. As there, a
 * reference may be used again: each request is one of its own.
 */
export class NotifySimulator extends HttpSimulator<NotifyCall> {
  /** Where receipts go of their own accord, once something was taken; nowhere where it is undefined. */
  receiptsTo: ReceiptsTo | undefined
  /** What was answered to each receipt; 0 where nobody took it. */
  readonly receiptAnswers: number[] = []
  readonly #tokens: NotifyTokens
  readonly #store = new NotifyStore()
  readonly #states = new Map<string, NotifyStatus>()
  #templates: ReadonlyMap<string, Template> | undefined
  #limits: NonNullable<NotifyAnswers['limits']> = {}
  #lookups = 0

  constructor(options: NotifyOptions = {}) {
    super('notify', options.random)
    this.#tokens = new NotifyTokens(
      options.apiKeys ?? [DEFAULT_NOTIFY_API_KEY],
      options.checkIssuedAt ?? true,
    )
  }

  /** How often emails and text messages were looked up, by id, by reference or in pages. */
  get lookups(): number {
    return this.#lookups
  }

  /** From now on only these templates exist, each with the personalisation it needs; others answer 400. */
  setTemplates(templates: NonNullable<NotifyAnswers['templates']>): void {
    const entries = Object.entries(templates).map(([id, template]): [string, Template] => [
      id,
      Array.isArray(template) ? { type: 'email', fields: template } : template,
    ])
    this.#templates = new Map(entries)
  }

  /** What becomes of what goes to an address or a number, from now on. */
  setState(recipient: string, status: NotifyStatus): void {
    const read = digitsOf(recipient)
    this.#states.set('digits' in read ? read.digits : recipient.trim().toLowerCase(), status)
  }

  /** What became of one that was taken. */
  setStatus(id: string, status: NotifyStatus): void {
    this.#store.setStatus(id, status)
  }

  /** How many of a kind are taken at the most, those before included; the others are answered with the limit of the day. */
  setDailyLimits(limits: NonNullable<NotifyAnswers['limits']>): void {
    this.#limits = limits
  }

  /** Posts the receipt of one that was taken, with what may be said otherwise in it. @returns the answer's status */
  async sendReceipt(to: ReceiptsTo, id: string, otherwise: object = {}): Promise<number> {
    const receipt = this.#store.receipt(id)
    if (!receipt) throw new Error('nothing of this id was taken')
    return postReceipt(to, { ...receipt, ...otherwise })
  }

  override putAnswers(answers: unknown): void {
    const { templates, states = {}, limits } = notifyAnswers.parse(answers)
    if (templates) this.setTemplates(templates)
    if (limits) this.setDailyLimits(limits)
    for (const [recipient, status] of Object.entries(states)) this.setState(recipient, status)
  }

  override resetAnswers(): void {
    this.#templates = undefined
    this.#states.clear()
    this.#limits = {}
    this.receiptsTo = undefined
  }

  override forgetCalls(): void {
    super.forgetCalls()
    this.#lookups = 0
  }

  protected override forgetWork(): void {
    this.#store.clear()
    this.receiptAnswers.length = 0
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
    const sent = /^\/v2\/notifications\/(email|sms)$/.exec(path)?.[1] as NotifyChannel | undefined
    if (method === 'POST' && sent) return this.#send(sent, request.body, verdict.serviceId)
    if (method === 'GET' && path === '/v2/notifications') return { perform: () => this.#list(request.query) }
    const id = /^\/v2\/notifications\/([^/]+)$/.exec(path)?.[1]
    if (method === 'GET' && id !== undefined) return { perform: () => this.#one(id) }
    const template = /^\/v2\/template\/([^/]+)$/.exec(path)?.[1]
    if (method === 'GET' && template !== undefined) return { perform: () => this.#template(template) }
    return { perform: () => json(404, { result: 'error', message: 'The requested URL was not found' }) }
  }

  #send(channel: NotifyChannel, body: string, serviceId: string): Received<NotifyCall> {
    const read = readNotifyRequest(channel, parseJson(body))
    if ('errors' in read) return { perform: () => failure(400, read.errors) }
    const { request } = read
    const message = this.#templateProblem(channel, request)
    if (message) return { perform: () => failure(400, [{ error: 'BadRequestError', message }]) }
    const limit = this.#limits[channel]
    if (limit !== undefined && this.#store.count(channel) >= limit)
      return { perform: () => json(429, limitReached(`${channel}: ${limit}`)) }
    const call = { ...request, notificationId: randomUUID() }
    return { call, perform: () => this.#take(call, serviceId) }
  }

  #templateProblem(
    channel: NotifyChannel,
    { template_id: id, personalisation }: NotifyRequest,
  ): string | undefined {
    if (!this.#templates) return undefined
    const template = this.#templates.get(id)
    if (!template) return 'Template not found'
    if (template.type !== channel)
      return `${template.type} template is not suitable for ${channel} notification`
    const missing = template.fields.filter((name) => personalisation[name] == null)
    return missing.length > 0 ? `Missing personalisation: ${missing.join(', ')}` : undefined
  }

  #take(call: NotifyCall, serviceId: string): Reply {
    if (!isSmokeTest(call)) {
      this.#store.add(call, statusFor(call, this.#states))
      if (this.receiptsTo) void this.#tell(this.receiptsTo, call.notificationId)
    }
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

  async #tell(to: ReceiptsTo, id: string): Promise<void> {
    this.receiptAnswers.push(await this.sendReceipt(to, id).catch(() => 0))
  }

  #template(id: string): Reply {
    if (!isUuid(id)) return failure(400, [{ error: 'ValidationError', message: 'id is not a valid UUID' }])
    const found = this.#templates ? this.#templates.get(id) : { type: 'email', fields: [] }
    if (!found) return this.errorReply(404)
    const gaps = found.fields.map((name) => `((${name}))`).join(' ')
    return json(200, {
      ...{ id, type: found.type, version: 1, name: `Template ${id}`, created_by: 'someone@example.com' },
      ...{ created_at: '2026-01-05T09:00:00.000000Z', updated_at: null, body: `Template ${gaps}` },
      subject: found.type === 'email' ? 'Help with Prison Visits' : null,
      personalisation: Object.fromEntries(found.fields.map((name) => [name, { required: true }])),
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
    return json(200, this.#store.page(query, this.url))
  }
}
