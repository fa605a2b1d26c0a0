import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { subjects, type ClaimMessage } from '#shared/contracts'
import { UnitOfWork } from '#shared/database'
import {
  Consumes,
  Delivery,
  done,
  policies,
  reject,
  type ConsumerDefinition,
  type Outcome,
} from '#shared/messaging'
import { EmailData } from './email-data.repository.js'
import type { EmailSubject } from './email.rules.js'
import { OneEmail } from './one-email.js'

const sendEmail: ConsumerDefinition = {
  name: 'send-email',
  subjects: [subjects.notifyClaimSubmitted, subjects.notifyBenefitCheckFailed, subjects.notifyClaimAccepted],
  policy: policies.email,
}

/** Sends one email through GOV.UK Notify: one task is one email. Domain: `notifications.md`. */
@Controller()
export class SendEmailHandler {
  constructor(
    private readonly data: EmailData,
    private readonly oneEmail: OneEmail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(sendEmail)
  async handle(@Payload() claim: ClaimMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    const email = await this.data.compose(delivery.subject as EmailSubject, claim)
    if ('reject' in email) return reject(email.reject)
    const address = await this.data.address(claim, delivery.task)
    if (!address) return reject('email-address-missing')
    const outcome = await this.oneEmail.send(delivery, email, address)
    if (outcome.kind !== 'done') return outcome
    await this.unitOfWork.finish(delivery)
    return done
  }
}
