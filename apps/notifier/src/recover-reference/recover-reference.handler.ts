import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { messages, type TaskMessage } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { taskData, UnitOfWork } from '#shared/unit-of-work'
import { Consumes, Delivery, done, handler, minutes, type Outcome, reject } from '#shared/messaging'
import { emailPolicy } from '../email-policy.js'
import { NotifierSettings } from '../notifier.settings.js'
import { OneEmail } from '../send-email/one-email.js'
import { Eligibilities } from './eligibilities.repository.js'
import { claimantIn, recoveryEmail } from './recover-reference.rules.js'

const recoverReference = handler({
  name: 'recover-reference',
  messages: [messages.notifyReferenceRecovery],
  policy: { ...emailPolicy, rateLimit: { max: 100, everyMs: 1 * minutes } },
})

/** Emails a reference to the visitor who forgot it; nobody learns whether there is one. Domain: `tasks.md`. */
@Controller()
export class RecoverReferenceHandler {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly eligibilities: Eligibilities,
    private readonly oneEmail: OneEmail,
    private readonly unitOfWork: UnitOfWork,
    private readonly settings: NotifierSettings,
  ) {}

  @Consumes(recoverReference)
  async handle(@Payload() { task }: TaskMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const claimant = claimantIn(await taskData(this.connection, task))
    if ('reject' in claimant) return reject(claimant.reject)
    const found = await this.eligibilities.latestOf(claimant)
    if (found) {
      const email = recoveryEmail(claimant, found, this.settings.links)
      const outcome = await this.oneEmail.send(delivery, email)
      if (outcome.kind !== 'done') return outcome
    }
    await this.unitOfWork.finish(delivery)
    return done
  }
}
