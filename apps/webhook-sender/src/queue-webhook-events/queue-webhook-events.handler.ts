import { Controller } from '@nestjs/common'
import { Ctx } from '@nestjs/microservices'
import { messages } from '#shared/contracts'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  type Outcome,
} from '#shared/messaging'
import { UnitOfWork } from '#shared/unit-of-work'
import { EventQueue } from './event-queue.repository.js'

const queueWebhookEvents = handler({
  name: 'queue-webhook-events',
  messages: [messages.webhookEventsDue],
  // One after the other: the first takes all there is, and the next ones find nothing.
  policy: { ...claimPolicy, concurrency: 1 },
  followUps: [messages.webhookDeliveryDue, messages.webhookEventsDue],
})

/** Queues events at each endpoint that subscribed to them. Decision: `0050-webhooks.md`. */
@Controller()
export class QueueWebhookEventsHandler {
  constructor(
    private readonly events: EventQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(queueWebhookEvents)
  async handle(@Ctx() delivery: Delivery<FollowUpsOf<typeof queueWebhookEvents>>): Promise<Outcome> {
    await this.unitOfWork.run(delivery, async (work) => {
      const { due, isMore } = await this.events.queue(work)
      for (const { name, body } of due) work.owe(messages.webhookDeliveryDue, name, body)
      if (isMore) work.item(messages.webhookEventsDue, 'more', {})
    })
    return done
  }
}
