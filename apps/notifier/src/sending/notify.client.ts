import { createSecretKey, type KeyObject } from 'node:crypto'
import { NotifyClient as OfficialClient } from 'notifications-node-client'
import { z } from 'zod'
import type { Channel } from '#shared/contracts'
import { HttpClient, isPlainText, isSuccess, plainText, type HttpRequest } from '#shared/http'
import { upstreamCall } from '#shared/telemetry'
import type { Notification, Personalisation } from './notification.js'
import { asNotifyError, NotifyError, parsed } from './notify.error.js'
import { isAddress, isPhoneNumber } from './recipient.rules.js'

export interface NotifyClientOptions {
  /** E.g. `https://api.notifications.service.gov.uk`. */
  readonly url: string
  /** Ends in the service id and the secret. */
  readonly apiKey: string
  /** The service id, where it is not to be taken from the key. */
  readonly clientId?: string | undefined
  /** Milliseconds from the request to the last byte of its answer. */
  readonly timeoutMs: number
}

/** An email or a text message, with the name by which it is found again. */
export type NotifyRequest = Omit<Notification, 'template' | 'expires'> & { readonly reference: string }

/** What Notify says of something that it has taken. Who got it is left where it is. */
export interface Taken {
  /** Notify's own id. */
  readonly id: string
  /** `created`, `sending`, `delivered` and so on; there may be others. */
  readonly status: string
}

/** A template as Notify has it. */
export interface NotifyTemplate {
  readonly type: string
  readonly subject: string
  readonly body: string
  /** Where Notify names them itself. */
  readonly fields: readonly string[] | undefined
}

/** What the official client asks of what makes its requests. */
interface OfficialRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly data?: unknown
}
type RestClient = Parameters<OfficialClient['setClient']>[0]

const upstream = 'notify'
/** A page of its list has up to 250 emails, with their texts. */
const maxBytes = 5 * 1024 * 1024
const acceptedAnswer = z.object({ id: z.string().min(1) })
const takenAnswer = z.object({ id: z.string().min(1), status: z.string() })
const foundAnswer = z.object({
  notifications: z.array(takenAnswer.extend({ reference: z.string().nullish() })),
})
const templateAnswer = z.object({
  type: z.string(),
  subject: z.string().nullish(),
  body: z.string(),
  personalisation: z.record(z.string(), z.unknown()).nullish(),
})

/** What a request of each kind is called where it is counted. */
const operations = {
  email: { send: 'send-email', find: 'find-email', list: 'list-emails' },
  sms: { send: 'send-text', find: 'find-text', list: 'list-texts' },
} as const satisfies Record<Channel, Record<'send' | 'find' | 'list', string>>

/**
 * GOV.UK Notify, through its official client, which signs each request with this machine's time: a clock more
 * than 30 seconds out is answered with 403. Every failure is a `NotifyError`.
 */
export class NotifyClient {
  private readonly http = new HttpClient()
  private signingKey: KeyObject | undefined

  constructor(private readonly options: NotifyClientOptions) {}

  /**
   * Hands an email or a text message over to Notify. Repeating it sends another one: the reference is no idempotency key,
   * so before a repeat ask `find`, for after a failure that `isUnanswered` nobody knows whether it was taken. What
   * no text for people may hold is left out of the personalisation.
   * @param mayStillSend asked directly before the request is written
   * @returns Notify's id of it
   */
  async send(request: NotifyRequest, mayStillSend?: () => boolean): Promise<string> {
    const { channel, to } = request
    if (!isPlainText(to)) throw new NotifyError('permanent', `notify-${recipientOf[channel]}-unsendable`)
    const isOne = channel === 'email' ? isAddress(to) : isPhoneNumber(to)
    if (!isOne) throw new NotifyError('permanent', `notify-${recipientOf[channel]}-none`)
    const call = { upstream, operation: operations[channel].send } as const
    const { id } = await upstreamCall(call, async () =>
      read(acceptedAnswer, await handedOver(this.official(mayStillSend), request)),
    )
    return id
  }

  /**
   * Whether Notify has taken an email, or a text message, with this reference, delivered or not. It forgets after its
   * retention period, seven days unless the service has set another one. Only reads: safe to repeat.
   */
  async find(channel: Channel, reference: string): Promise<Taken | undefined> {
    const find = () => this.official().getNotifications(channel, undefined, reference)
    const { notifications } = await upstreamCall(
      { upstream, operation: operations[channel].find },
      async () => read(foundAnswer, await find()),
    )
    return notifications.find((notification) => notification.reference === reference)
  }

  /** What became of one that Notify has taken; undefined where it does not know it, or not any more. Only reads. */
  async stateOf(id: string): Promise<Taken | undefined> {
    try {
      return await upstreamCall({ upstream, operation: 'look-up-state' }, async () =>
        read(takenAnswer, await this.official().getNotificationById(id)),
      )
    } catch (error) {
      if (error instanceof NotifyError && error.reason === 'notify-404') return undefined
      throw error
    }
  }

  /** The up to 250 of a kind that it took last before one, newest first. Only reads. */
  async takenBefore(channel: Channel, id: string): Promise<readonly Taken[]> {
    const list = () => this.official().getNotifications(channel, undefined, undefined, id)
    const { notifications } = await upstreamCall(
      { upstream, operation: operations[channel].list },
      async () => read(foundAnswer, await list()),
    )
    return notifications
  }

  /** A template as it is now; undefined where there is none of this id. Only reads. */
  async template(id: string): Promise<NotifyTemplate | undefined> {
    try {
      const { type, subject, body, personalisation } = await upstreamCall(
        { upstream, operation: 'read-template' },
        async () => read(templateAnswer, await this.official().getTemplateById(id)),
      )
      const fields = personalisation ? Object.keys(personalisation) : undefined
      return { type, subject: subject ?? '', body, fields }
    } catch (error) {
      if (error instanceof NotifyError && error.reason === 'notify-404') return undefined
      throw error
    }
  }

  /** Closes the idle connections. */
  close(): void {
    this.http.close()
  }

  /** The official client for one request: it signs it, and leaves it to this one to make it. */
  private official(mayStillSend?: () => boolean): OfficialClient {
    const { url, clientId, apiKey } = this.options
    const base = url.replace(/\/+$/, '')
    const official = clientId ? new OfficialClient(base, clientId, apiKey) : new OfficialClient(base, apiKey)
    const request = (asked: OfficialRequest) => this.request(asked, mayStillSend)
    official.setClient(request as unknown as RestClient)
    // Of a secret that is a text, the library that signs first tries whether it is a private key: in most of the time
    // that a request takes altogether (ADR 36).
    const signer = official.apiClient as { apiKeyId: string | KeyObject }
    if (typeof signer.apiKeyId === 'string')
      signer.apiKeyId = this.signingKey ??= createSecretKey(signer.apiKeyId, 'utf8')
    return official
  }

  /** @throws NotifyError for all but a success */
  private async request(
    { method, url, headers, data }: OfficialRequest,
    mayStillSend: HttpRequest['mayStillSend'],
  ): Promise<{ readonly data: unknown }> {
    const { timeoutMs } = this.options
    const body = data === undefined ? {} : { body: JSON.stringify(data) }
    const result = await this.http.send({
      ...{ url, timeoutMs, maxBytes, ...body },
      method: method.toUpperCase() === 'POST' ? 'POST' : 'GET',
      headers: { ...headers, accept: 'application/json', 'content-type': 'application/json' },
      ...(mayStillSend ? { mayStillSend } : {}),
    })
    if (result.kind !== 'answered' || !isSuccess(result.status)) throw asNotifyError(result)
    return { data: parsed(result.body) }
  }
}

/** What a recipient is called in reasons. */
const recipientOf = { email: 'address', sms: 'number' } as const satisfies Record<Channel, string>

function handedOver(official: OfficialClient, request: NotifyRequest): Promise<{ readonly data: unknown }> {
  const { channel, templateId, to, reference, replyTo, sender } = request
  const personalisation = plain(request.personalisation)
  return channel === 'email'
    ? official.sendEmail(templateId, to, {
        ...{ personalisation, reference },
        ...(replyTo === undefined ? {} : { emailReplyToId: replyTo }),
      })
    : official.sendSms(templateId, to, {
        ...{ personalisation, reference },
        ...(sender === undefined ? {} : { smsSenderId: sender }),
      })
}

const plain = (personalisation: Personalisation): Personalisation =>
  Object.fromEntries(Object.entries(personalisation).map(([name, value]) => [name, plainValue(value)]))

function plainValue(value: Personalisation[string]): Personalisation[string] {
  if (typeof value === 'string') return plainText(value)
  return typeof value === 'object' ? value.map(plainText) : value
}

/** What zod says of an answer could quote it, so it is left out of the error. */
function read<T>(schema: z.ZodType<T>, { data }: { readonly data: unknown }): T {
  const result = schema.safeParse(data)
  if (!result.success) throw new NotifyError('temporary', 'notify-unreadable', true)
  return result.data
}
