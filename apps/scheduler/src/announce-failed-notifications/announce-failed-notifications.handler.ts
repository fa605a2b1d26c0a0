import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type NotificationFailedMessage } from '#shared/contracts'
import { Consumes, Delivery, handler, type Outcome } from '#shared/messaging'
import { chatPolicy } from '../chat/chat-policy.js'
import { TellOnce } from '../chat/tell-once.js'

const announceFailedNotifications = handler({
  name: 'announce-failed-notifications',
  messages: [messages.notificationFailed],
  // Held here until their digest is posted: a bad day is one message.
  policy: { ...chatPolicy, concurrency: 200 },
})

/** Tells the chat once of each email and text message that reached nobody, counted by template. */
@Controller()
export class AnnounceFailedNotificationsHandler {
  constructor(private readonly chat: TellOnce) {}

  @Consumes(announceFailedNotifications)
  handle(@Payload() failed: NotificationFailedMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    return this.chat.tell(delivery, { kind: 'failed-notification', ...failed }, { template: failed.template })
  }
}
