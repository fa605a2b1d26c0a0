import {
  answerCode,
  done,
  failedFetch,
  reject,
  unavailable,
  upstreamFailed,
  type Outcome,
} from '#shared/messaging'
import { noteRequest, noteStatus, upstreamCall } from '#shared/telemetry'
import type { Ticket } from './raise-ticket.rules.js'

export interface HelpdeskOptions {
  /** E.g. `https://example.zendesk.com`. */
  readonly url: string
  readonly apiKey: string
  readonly emailAddress: string
  /** Milliseconds from the request to the answer's head; its body is of no interest. */
  readonly timeoutMs: number
}

const created = 201
/** Credentials or ticket are wrong, and stay so. */
const permanentStatuses: readonly number[] = [400, 401, 403, 422]
/** It has raised no ticket, and will raise none for a while. */
const takesNothing: readonly number[] = [429, 503]

/** Zendesk's tickets API. */
export class HelpdeskClient {
  /** The longest that one call takes. */
  readonly timeoutMs: number
  private readonly url: string
  private readonly authorization: string

  constructor({ url, apiKey, emailAddress, timeoutMs }: HelpdeskOptions) {
    this.timeoutMs = timeoutMs
    this.url = `${url.replace(/\/+$/, '')}/api/v2/tickets.json`
    this.authorization = `Basic ${Buffer.from(`${emailAddress}/token:${apiKey}`).toString('base64')}`
  }

  /**
   * Raises a ticket. Repeating it with the same key and ticket raises no second one, for two hours. Never rejects;
   * no ticket's text is in what it gives. `unavailable` means that no ticket was raised, for certain.
   */
  raise(ticket: Ticket, idempotencyKey: string): Promise<Outcome> {
    const call = { upstream: 'helpdesk', operation: 'raise-ticket' } as const
    return upstreamCall(call, () => this.post(ticket, idempotencyKey), answerCode)
  }

  private async post(ticket: Ticket, idempotencyKey: string): Promise<Outcome> {
    const signal = AbortSignal.timeout(this.timeoutMs)
    noteRequest('POST', this.url)
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: {
          authorization: this.authorization,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify({ ticket }),
        // Followed, a redirect would carry credentials and personal data somewhere else.
        redirect: 'manual',
        signal,
      })
      noteStatus(response.status)
      await response.body?.cancel().catch(() => undefined)
      return outcomeOf(response.status)
    } catch (error) {
      return failedFetch('helpdesk', error, signal.aborted)
    }
  }
}

function outcomeOf(status: number): Outcome {
  if (status === created) return done
  const reason = `helpdesk-${status}`
  if (permanentStatuses.includes(status)) return reject(reason)
  return takesNothing.includes(status) ? unavailable(reason) : upstreamFailed(reason)
}
