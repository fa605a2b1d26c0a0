import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { ClaimMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import { Consumes, Delivery, done, handler, type Outcome, reject } from '#shared/messaging'
import { Notifications } from '../delivery-states/notifications.repository.js'
import { NotifierSettings } from '../notifier.settings.js'
import { notifyPolicy } from '../sending/notify-policy.js'
import { answerTo, OneNotification } from '../sending/one-notification.js'
import { EmailData } from './email-data.repository.js'
import { emailMessages, emails, type EmailSubject } from './email.rules.js'
import { Reminders } from './reminders.repository.js'

const sendEmail = handler({
  name: 'send-email',
  messages: emailMessages,
  policy: notifyPolicy,
  asksFirst: true,
})

/** Sends one email through GOV.UK Notify: one task is one email. Domain: `notifications.md`. */
@Controller()
export class SendEmailHandler {
  constructor(
    private readonly data: EmailData,
    private readonly oneNotification: OneNotification,
    private readonly reminders: Reminders,
    private readonly notifications: Notifications,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: NotifierSettings,
  ) {}

  @Consumes(sendEmail)
  async handle(@Payload() claim: ClaimMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const subject = delivery.subject as EmailSubject
    const email = await this.data.compose(delivery, subject, claim)
    if ('reject' in email) return reject(email.reject)
    const notification = this.settings.byNotify(email)
    const sent = await this.oneNotification.send(delivery, notification)
    if (sent.kind !== 'sent') return answerTo(sent)
    await this.unitOfWork.run(delivery, async (work) => {
      const { notifyId } = sent
      await this.notifications.record(work, { message: delivery, notification, notifyId, claim })
      if (emails[subject].marksReminder) await this.reminders.sent(work, claim)
    })
    return done
  }
}
