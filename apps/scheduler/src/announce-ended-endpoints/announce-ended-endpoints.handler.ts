import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type WebhookEndpointEndedMessage } from '#shared/contracts'
import { Consumes, Delivery, handler, type Outcome } from '#shared/messaging'
import { chatPolicy } from '../chat/chat-policy.js'
import { TellOnce } from '../chat/tell-once.js'

const announceEndedEndpoints = handler({
  name: 'announce-ended-endpoints',
  messages: [messages.webhookEndpointEnded],
  policy: chatPolicy,
})

/** Tells the chat once that an endpoint said that it is gone. */
@Controller()
export class AnnounceEndedEndpointsHandler {
  constructor(private readonly chat: TellOnce) {}

  @Consumes(announceEndedEndpoints)
  handle(@Payload() ended: WebhookEndpointEndedMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    return this.chat.tell(delivery, { kind: 'ended-endpoint', ...ended }, { row: ended.endpoint })
  }
}
