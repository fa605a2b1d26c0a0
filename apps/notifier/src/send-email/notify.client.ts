import { createSecretKey, type KeyObject } from 'node:crypto'
import { NotifyClient as OfficialClient } from 'notifications-node-client'
import { z } from 'zod'
import { HttpClient, isPlainText, isSuccess, plainText, type HttpRequest } from '#shared/http'
import { upstreamCall } from '#shared/telemetry'
import type { Personalisation } from './email.js'
import { asNotifyError, NotifyError, parsed } from './notify.error.js'

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

/** One email to one address. Address and personalisation are personal data. */
export interface NotifyEmail {
  readonly templateId: string
  readonly emailAddress: string
  readonly personalisation: Personalisation
  readonly reference: string
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
const foundAnswer = z.object({ notifications: z.array(z.object({ reference: z.string().nullish() })) })

/**
 * GOV.UK Notify, through its official client, which signs each request with this machine's time: a clock more
 * than 30 seconds out is answered with 403. Every failure is a `NotifyError`.
 */
export class NotifyClient {
  private readonly http = new HttpClient()
  private signingKey: KeyObject | undefined

  constructor(private readonly options: NotifyClientOptions) {}

  /**
   * Hands an email over to Notify. Repeating it sends another one: the reference is no idempotency key, so before
   * a repeat ask `hasEmail`, for after a failure that `isUnanswered` nobody knows whether the email was taken. What
   * no text for people may hold is left out of the personalisation.
   * @param mayStillSend asked directly before the request is written
   */
  async sendEmail(email: NotifyEmail, mayStillSend?: () => boolean): Promise<void> {
    const { templateId, emailAddress, reference } = email
    if (!isPlainText(emailAddress)) throw new NotifyError('permanent', 'notify-address-unsendable')
    if (!isAddress(emailAddress)) throw new NotifyError('permanent', 'notify-address-none')
    const personalisation = Object.fromEntries(
      Object.entries(email.personalisation).map(([name, text]) => [name, plainText(text)]),
    )
    const send = () =>
      this.official(mayStillSend).sendEmail(templateId, emailAddress, { personalisation, reference })
    await upstreamCall({ upstream, operation: 'send-email' }, async () => read(acceptedAnswer, await send()))
  }

  /**
   * Whether Notify has taken an email with this reference, delivered or not. It forgets after its retention
   * period, seven days unless the service has set another one. Only reads: safe to repeat.
   */
  async hasEmail(reference: string): Promise<boolean> {
    const find = () => this.official().getNotifications('email', undefined, reference)
    const { notifications } = await upstreamCall({ upstream, operation: 'find-email' }, async () =>
      read(foundAnswer, await find()),
    )
    return notifications.some((notification) => notification.reference === reference)
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

/** Whether it can be one at all: whether there is such a mailbox only Notify finds out. */
const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim())

/** What zod says of an answer could quote it, so it is left out of the error. */
function read<T>(schema: z.ZodType<T>, { data }: { readonly data: unknown }): T {
  const result = schema.safeParse(data)
  if (!result.success) throw new NotifyError('temporary', 'notify-unreadable', true)
  return result.data
}
