import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, toVisitor, type TaskMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import { Consumes, Delivery, done, handler, type Outcome, reject } from '#shared/messaging'
import { Notifications } from '../delivery-states/notifications.repository.js'
import { notifyPolicy } from '../sending/notify-policy.js'
import { answerTo, OneNotification } from '../sending/one-notification.js'
import { NotificationData } from './notification-data.repository.js'
import { notificationOf, requestedIn } from './notification.rules.js'
import { TemplateRegistry } from './template-registry.service.js'

const sendNotification = handler({
  name: 'send-notification',
  messages: [messages.notificationRequested],
  policy: notifyPolicy,
  asksFirst: true,
})

/** Sends one email or text message by a template of the file: one task, one recipient. Domain: `notifications.md`. */
@Controller()
export class SendNotificationHandler {
  constructor(
    private readonly data: NotificationData,
    private readonly templates: TemplateRegistry,
    private readonly oneNotification: OneNotification,
    private readonly notifications: Notifications,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(sendNotification)
  async handle(@Payload() { task }: TaskMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const { data, claim, visitor, isReaddressed } = await this.data.of(delivery, task)
    const requested = requestedIn(data)
    if ('reject' in requested) return reject(requested.reject)
    const template = await this.templates.find(requested.template)
    const to = isReaddressed ? toVisitor : requested.to
    const notification = notificationOf({ ...requested, to }, template, visitor)
    if ('reject' in notification) return reject(notification.reject)
    const sent = await this.oneNotification.send(delivery, notification)
    if (sent.kind !== 'sent') return answerTo(sent)
    const { notifyId } = sent
    await this.unitOfWork.run(delivery, (work) =>
      this.notifications.record(work, { message: delivery, notification, notifyId, claim }),
    )
    return done
  }
}
