import { Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { SecretRegistry } from '../secrets/secret-registry.service.js'
import { longestTimeoutMs, WebhookSenderSettings } from '../webhook-sender.settings.js'
import { failed, type Answer } from './answer.rules.js'
import type { DueWebhook, Taken } from './due-webhook.js'
import { EndpointLeases } from './endpoint-leases.repository.js'
import { bearerToken, signatureHeaders } from './signature.js'
import { WebhookClient } from './webhook.client.js'

/** Between the end of a request and that of its lease. */
const spareMs = 1_000
/** A request begins until its time is over, and takes as long again at most. */
const leaseMs = (timeoutMs: number): number => 2 * timeoutMs + spareMs
const longestMs = leaseMs(longestTimeoutMs)

/** What came of a try; `taken`: the endpoint is this delivery's own until what came of it is written down. */
export interface Tried {
  readonly answer: Answer
  readonly taken: Taken
}

/** Sends an event, one request at a time: whoever takes over from a process that died waits until its request has ended. */
@Injectable()
export class OneRequest {
  constructor(
    private readonly leases: EndpointLeases,
    private readonly secrets: SecretRegistry,
    private readonly client: WebhookClient,
    private readonly settings: WebhookSenderSettings,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined where somebody else is sending to the endpoint */
  async send(due: DueWebhook): Promise<Tried | undefined> {
    const { timeoutMs } = this.settings
    const begun = performance.now()
    const taken = await this.leases.take(due, { ms: leaseMs(timeoutMs), longestMs })
    if (!taken) return undefined
    // Later, this process stood still meanwhile: somebody else may have taken over.
    return { answer: await this.post(taken.due, () => performance.now() - begun <= timeoutMs), taken }
  }

  private async post(due: DueWebhook, mayStillSend: () => boolean): Promise<Answer> {
    const secrets = await this.secrets.find(due.secrets)
    const token = secrets?.[0]?.token
    if (!secrets || (due.withToken && !token)) return failed('webhook-secret-missing')
    const at = this.clock.instant()
    const body = bodyOf(due)
    const authorization =
      due.withToken && token
        ? { authorization: `Bearer ${await bearerToken(token, this.settings.tokenIssuer, at)}` }
        : {}
    return this.client.post({
      ...{ address: due.address, body, mayStillSend },
      headers: { ...signatureHeaders({ id: due.webhookId, at, body }, secrets), ...authorization },
    })
  }
}

/** The same each time that it is sent. */
export const bodyOf = ({ event, occurred, sequence, data }: DueWebhook): string =>
  JSON.stringify({ type: event, timestamp: occurred.toISOString(), sequence, data })
