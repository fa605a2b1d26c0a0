import http from 'node:http'
import https from 'node:https'
import axios from 'axios'
import { NotifyClient as OfficialClient } from 'notifications-node-client'
import { z } from 'zod'
import { noteRequest, noteStatus, upstreamCall } from '#shared/telemetry'
import type { Personalisation } from './email.js'
import { asNotifyError, NotifyError } from './notify.error.js'

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

/** The official client is CommonJS, and for the compiler axios's types differ between that and modules. */
type HttpClient = Parameters<OfficialClient['setClient']>[0]

const upstream = 'notify'
const mebibyte = 1024 * 1024
const acceptedAnswer = z.object({ id: z.string().min(1) })
const foundAnswer = z.object({ notifications: z.array(z.object({ reference: z.string().nullish() })) })

/**
 * GOV.UK Notify, through its official client, which signs each request with this machine's time: a clock more
 * than 30 seconds out is answered with 403. Every failure is a `NotifyError`.
 */
export class NotifyClient {
  private readonly agents = {
    httpAgent: new http.Agent({ keepAlive: true }),
    httpsAgent: new https.Agent({ keepAlive: true }),
  }
  private readonly official: OfficialClient

  constructor({ url, apiKey, clientId, timeoutMs }: NotifyClientOptions) {
    const base = url.replace(/\/+$/, '')
    this.official = clientId ? new OfficialClient(base, clientId, apiKey) : new OfficialClient(base, apiKey)
    this.official.setClient(this.httpClient(timeoutMs))
  }

  /**
   * Hands an email over to Notify. Repeating it sends another one: the reference is no idempotency key, so before
   * a repeat ask `hasEmail`, for after a `temporary` failure nobody knows whether the email was taken.
   */
  async sendEmail({ templateId, emailAddress, personalisation, reference }: NotifyEmail): Promise<void> {
    const send = () => this.official.sendEmail(templateId, emailAddress, { personalisation, reference })
    await upstreamCall({ upstream, operation: 'send-email' }, async () =>
      read(acceptedAnswer, await translated(send)),
    )
  }

  /**
   * Whether Notify has taken an email with this reference, delivered or not. It forgets after its retention
   * period, seven days unless the service has set another one. Only reads: safe to repeat.
   */
  async hasEmail(reference: string): Promise<boolean> {
    const find = () => this.official.getNotifications('email', undefined, reference)
    const { notifications } = await upstreamCall({ upstream, operation: 'find-email' }, async () =>
      read(foundAnswer, await translated(find)),
    )
    return notifications.some((notification) => notification.reference === reference)
  }

  /** Closes the idle connections. */
  close(): void {
    this.agents.httpAgent.destroy()
    this.agents.httpsAgent.destroy()
  }

  /** Redirects are not followed: they would carry token and personal data somewhere else. */
  private httpClient(timeoutMs: number): HttpClient {
    const client = axios.create({ ...this.agents, maxRedirects: 0, maxContentLength: 5 * mebibyte })
    // The own time-out of axios only notices silence; an answer that trickles in would get past it.
    client.interceptors.request.use((request) => {
      request.signal = AbortSignal.timeout(timeoutMs)
      noteRequest(request.method ?? 'GET', request.url ?? '')
      return request
    })
    client.interceptors.response.use(
      (response) => {
        noteStatus(response.status)
        return response
      },
      (error: unknown) => {
        noteStatus(axios.isAxiosError(error) ? error.response?.status : undefined)
        throw error
      },
    )
    return client as HttpClient
  }
}

async function translated(request: () => Promise<{ data: unknown }>): Promise<unknown> {
  try {
    return (await request()).data
  } catch (error) {
    throw asNotifyError(error)
  }
}

/** What zod says of an answer could quote it, so it is left out of the error. */
function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer)
  if (!result.success) throw new NotifyError('temporary', 'notify-unreadable')
  return result.data
}
