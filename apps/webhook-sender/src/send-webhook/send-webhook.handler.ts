import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { Clock } from '#shared/clock'
import { deliveryState, messages, mostEndpoints, type WebhookDeliveryMessage } from '#shared/contracts'
import { Log } from '#shared/logging'
import {
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  minutes,
  type Outcome,
  reject,
  retry,
  seconds,
} from '#shared/messaging'
import { counted } from '#shared/telemetry'
import { UnitOfWork } from '#shared/unit-of-work'
import { WebhookSenderSettings } from '../webhook-sender.settings.js'
import { Deliveries } from './deliveries.repository.js'
import type { DueWebhook, Taken } from './due-webhook.js'
import { OneRequest, type Tried } from './one-request.js'

const sendWebhook = handler({
  name: 'send-webhook',
  messages: [messages.webhookDeliveryDue],
  policy: {
    // More than fit in the hours after which a delivery is given up.
    attempts: 150,
    backoff: { baseMs: 1 * seconds, capMs: 15 * minutes },
    timeOutMs: 50 * seconds,
    // A place for each: an endpoint has one message at a time, and takes no other one's.
    concurrency: mostEndpoints,
  },
  asksFirst: true,
  followUps: [messages.webhookDeliveryDue, messages.webhookEndpointEnded],
})
type FollowUps = FollowUpsOf<typeof sendWebhook>

/** Sends an endpoint its next event, and has the one behind it follow. Decision: `0050-webhooks.md`. */
@Controller()
export class SendWebhookHandler {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly request: OneRequest,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: WebhookSenderSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  @Consumes(sendWebhook)
  async handle(
    @Payload() body: WebhookDeliveryMessage,
    @Ctx() delivery: Delivery<FollowUps>,
  ): Promise<Outcome> {
    const due = await this.deliveries.due(delivery, body)
    if (!due) {
      await this.unitOfWork.finish(delivery)
      return done
    }
    if (due.isPaused) {
      await this.unitOfWork.run(delivery, (work) => this.deliveries.putBack(work, due))
      return done
    }
    const tried = await this.request.send(due)
    return tried ? this.settle(delivery, tried) : retry('webhook-being-sent-by-another')
  }

  private async settle(delivery: Delivery<FollowUps>, { answer, taken }: Tried): Promise<Outcome> {
    switch (answer.kind) {
      case 'failed': {
        const isLast = this.isTriedLongEnough(taken.due)
        await this.deliveries.failed(taken, isLast)
        return isLast ? reject(answer.reason) : retry(answer.reason, answer.afterMs)
      }
      case 'delivered':
        return this.end(delivery, answer.kind, (work) =>
          this.deliveries.end(work, taken, deliveryState.delivered),
        )
      case 'refused':
        this.log.warn('webhook refused for good: the next one follows', lineOf(taken.due, answer.reason))
        return this.end(delivery, answer.kind, (work) =>
          this.deliveries.end(work, taken, deliveryState.refused, answer.reason),
        )
      case 'gone':
        return this.endEndpoint(delivery, taken, answer.reason)
    }
  }

  private async endEndpoint(delivery: Delivery<FollowUps>, taken: Taken, reason: string): Promise<Outcome> {
    let isEnded = false
    const isNow = await this.unitOfWork.run(delivery, async (work) => {
      isEnded = await this.deliveries.endEndpoint(work, taken, reason)
    })
    if (isNow && isEnded) {
      this.log.warn('webhook endpoint is gone: it has ended', lineOf(taken.due, reason))
      counted().webhooks.inc({ state: 'ended' })
    }
    return done
  }

  private async end(
    delivery: Delivery<FollowUps>,
    state: string,
    work: Parameters<typeof this.unitOfWork.run<FollowUps>>[1],
  ): Promise<Outcome> {
    if (await this.unitOfWork.run(delivery, work)) counted().webhooks.inc({ state })
    return done
  }

  /** Counted from the first try, and not from when it was due: while no sender runs, nothing is tried. */
  private isTriedLongEnough({ triedSince }: DueWebhook): boolean {
    if (!triedSince) return false
    return this.clock.instant().getTime() - triedSince.getTime() >= this.settings.giveUpMs
  }
}

const lineOf = ({ endpointId, sequence }: DueWebhook, reason: string) => ({
  ...{ row: `AsyncSchema.WebhookDelivery.${endpointId}.${sequence}`, reason },
})
