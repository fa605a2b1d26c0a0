import { HttpClient } from '#shared/http'
import {
  answerCode,
  done,
  failedRequest,
  refused,
  reject,
  unavailable,
  upstreamFailed,
  type Outcome,
} from '#shared/messaging'
import { upstreamCall } from '#shared/telemetry'
import type { Ticket } from './raise-ticket.rules.js'

export interface HelpdeskOptions {
  /** E.g. `https://example.zendesk.com`. */
  readonly url: string
  readonly apiKey: string
  readonly emailAddress: string
  /** Milliseconds from the request to the answer's head; its body is of no interest. */
  readonly timeoutMs: number
  /** For so many milliseconds the helpdesk may still be at a request whose answer was not waited for, or got lost. */
  readonly settleMs: number
}

const created = 201
/** The ticket is wrong, and stays so. */
const permanentStatuses: readonly number[] = [400, 422]
/** This service's credentials are wrong. */
const refusesService: readonly number[] = [401, 403]
/** It has raised no ticket, and will raise none for a while. */
const takesNothing: readonly number[] = [429, 503]
/** Said by a gateway that did not wait for the helpdesk any longer, or lost it. */
const unanswered: readonly number[] = [502, 504]

/** Zendesk's tickets API. */
export class HelpdeskClient {
  /** The longest that one call takes. */
  readonly timeoutMs: number
  /** As in its options. */
  readonly settleMs: number
  private readonly http = new HttpClient()
  private readonly url: string
  private readonly authorization: string

  constructor({ url, apiKey, emailAddress, timeoutMs, settleMs }: HelpdeskOptions) {
    this.timeoutMs = timeoutMs
    this.settleMs = settleMs
    this.url = `${url.replace(/\/+$/, '')}/api/v2/tickets.json`
    this.authorization = `Basic ${Buffer.from(`${emailAddress}/token:${apiKey}`).toString('base64')}`
  }

  /**
   * Raises a ticket. Repeating it with the same key and ticket raises no second one, for two hours. Never rejects;
   * no ticket's text is in what it gives. `unavailable` means that no ticket was raised, for certain. Whether the key is
   * known while its first request is under way is nowhere said: the wait in the outcome is for that to end.
   */
  raise(ticket: Ticket, idempotencyKey: string): Promise<Outcome> {
    const call = { upstream: 'helpdesk', operation: 'raise-ticket' } as const
    return upstreamCall(call, () => this.post(ticket, idempotencyKey), answerCode)
  }

  private async post(ticket: Ticket, idempotencyKey: string): Promise<Outcome> {
    const result = await this.http.send({
      method: 'POST',
      url: this.url,
      headers: {
        authorization: this.authorization,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify({ ticket }),
      timeoutMs: this.timeoutMs,
      headOnly: true,
    })
    if (result.kind !== 'answered') return failedRequest('helpdesk', result, this.settleMs)
    return outcomeOf(result.status, this.settleMs)
  }
}

function outcomeOf(status: number, settleMs: number): Outcome {
  if (status === created) return done
  const reason = `helpdesk-${status}`
  if (permanentStatuses.includes(status)) return reject(reason)
  if (refusesService.includes(status)) return refused(reason)
  if (takesNothing.includes(status)) return unavailable(reason)
  return upstreamFailed(reason, unanswered.includes(status) ? settleMs : 0)
}
