import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type PrisonRegisterImportedMessage } from '#shared/contracts'
import { Consumes, Delivery, handler, type Outcome } from '#shared/messaging'
import { chatPolicy } from '../chat/chat-policy.js'
import { TellOnce } from '../chat/tell-once.js'

const announcePrisonRegisters = handler({
  name: 'announce-prison-registers',
  messages: [messages.prisonRegisterImported],
  policy: chatPolicy,
})

/** Tells the chat once what came of an import of the prison register. */
@Controller()
export class AnnouncePrisonRegistersHandler {
  constructor(private readonly chat: TellOnce) {}

  @Consumes(announcePrisonRegisters)
  handle(@Payload() imported: PrisonRegisterImportedMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const { flow, refused } = imported
    const about = { flow: String(flow), ...(refused === undefined ? {} : { outcome: refused }) }
    return this.chat.tell(delivery, { kind: 'prison-register', ...imported }, about)
  }
}
