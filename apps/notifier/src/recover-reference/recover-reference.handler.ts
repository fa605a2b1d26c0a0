import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type TaskMessage } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { taskData, UnitOfWork } from '#shared/unit-of-work'
import { Consumes, Delivery, done, handler, type Outcome, reject } from '#shared/messaging'
import { Notifications } from '../delivery-states/notifications.repository.js'
import { NotifierSettings } from '../notifier.settings.js'
import { notifyPolicy } from '../sending/notify-policy.js'
import { answerTo, OneNotification } from '../sending/one-notification.js'
import { Eligibilities } from './eligibilities.repository.js'
import { claimantIn, recoveryEmail } from './recover-reference.rules.js'

const recoverReference = handler({
  name: 'recover-reference',
  messages: [messages.notifyReferenceRecovery],
  policy: notifyPolicy,
})

/** Emails a reference to the visitor who forgot it; nobody learns whether there is one. Domain: `tasks.md`. */
@Controller()
export class RecoverReferenceHandler {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly eligibilities: Eligibilities,
    private readonly oneNotification: OneNotification,
    private readonly notifications: Notifications,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: NotifierSettings,
  ) {}

  @Consumes(recoverReference)
  async handle(@Payload() { task }: TaskMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const claimant = claimantIn(await taskData(this.connection, task))
    if ('reject' in claimant) return reject(claimant.reject)
    const found = await this.eligibilities.latestOf(claimant)
    if (!found) {
      await this.unitOfWork.finish(delivery)
      return done
    }
    const notification = this.settings.byNotify(recoveryEmail(claimant, found, this.settings.links))
    const sent = await this.oneNotification.send(delivery, notification)
    if (sent.kind !== 'sent') return answerTo(sent)
    const { notifyId } = sent
    await this.unitOfWork.run(delivery, (work) =>
      this.notifications.record(work, { message: delivery, notification, notifyId }),
    )
    return done
  }
}
