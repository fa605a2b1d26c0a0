import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { ClaimMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import { Consumes, Delivery, done, handler, minutes, type Outcome, reject } from '#shared/messaging'
import { emailPolicy } from '../email-policy.js'
import { EmailData } from './email-data.repository.js'
import { emailMessages, emails, type EmailSubject } from './email.rules.js'
import { OneEmail } from './one-email.js'
import { Reminders } from './reminders.repository.js'

const sendEmail = handler({
  name: 'send-email',
  messages: emailMessages,
  // Of Notify's 3,000 requests a minute a tenth is left to its look-ups and to the other handlers.
  policy: { ...emailPolicy, rateLimit: { max: 2_700, everyMs: 1 * minutes } },
  asksFirst: true,
})

/** Sends one email through GOV.UK Notify: one task is one email. Domain: `notifications.md`. */
@Controller()
export class SendEmailHandler {
  constructor(
    private readonly data: EmailData,
    private readonly oneEmail: OneEmail,
    private readonly reminders: Reminders,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(sendEmail)
  async handle(@Payload() claim: ClaimMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const subject = delivery.subject as EmailSubject
    const email = await this.data.compose(delivery, subject, claim)
    if ('reject' in email) return reject(email.reject)
    const outcome = await this.oneEmail.send(delivery, email)
    if (outcome.kind !== 'done') return outcome
    await this.unitOfWork.run(delivery, async (work) => {
      if (emails[subject].marksReminder) await this.reminders.sent(work, claim)
    })
    return done
  }
}
