import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type ClaimMessage, messages, subjects } from '#shared/contracts'
import { claimStatus } from '#shared/claims'
import { DatabaseConnection } from '#shared/database'
import { taskData, UnitOfWork, type Work } from '#shared/unit-of-work'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  type Outcome,
  reject,
  retry,
} from '#shared/messaging'
import { ForeignColumns } from '../foreign-columns.js'
import { AnsweredBankDetails } from './answered-bank-details.repository.js'
import { ClaimResponses } from './claim-responses.repository.js'
import { decideDocuments, eventsOf, statusAfter, wasAskedForBankDetail } from './take-in-response.rules.js'

const takeInResponse = handler({
  name: 'take-in-response',
  messages: [messages.claimInformationProvided],
  policy: claimPolicy,
  followUps: [messages.notifyInformationReceived, messages.claimApprovalDue],
})
type FollowUps = FollowUpsOf<typeof takeInResponse>

/**
 * REQUEST-INFORMATION-RESPONSE: takes in the documents, bank details and message a claimant was asked for, and
 * hands the claim on, unless it was decided or paid meanwhile. Domain: `tasks.md`.
 */
@Controller()
export class TakeInResponseHandler {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly responses: ClaimResponses,
    private readonly bankDetails: AnsweredBankDetails,
    private readonly foreign: ForeignColumns,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(takeInResponse)
  async handle(@Payload() claim: ClaimMessage, @Ctx() delivery: Delivery<FollowUps>): Promise<Outcome> {
    if (!(await this.responses.isInside(claim))) return this.notInside(claim)
    if (await this.foreign.haveValuesOf(claim)) return reject('unknown-column')
    const message = await taskData(this.connection, delivery.task)
    await this.unitOfWork.run(delivery, (work) => this.takeIn(work, claim, message))
    return done
  }

  private async takeIn(work: Work<FollowUps>, claim: ClaimMessage, message: string | null): Promise<void> {
    const answered = await this.responses.take(work, claim)
    const documents = decideDocuments(await this.responses.documents(work, claim))
    await this.responses.moveDocuments(work, documents)
    const status = statusAfter(answered)
    if (status) await this.responses.changeStatus(work, claim, answered, status)
    const isAskedFor = wasAskedForBankDetail(answered, await this.responses.requests(work, claim))
    const bankDetailUpdated = isAskedFor && (await this.bankDetails.takeIn(work, claim))
    await this.responses.recordEvents(work, claim, eventsOf({ documents, bankDetailUpdated, message }))
    work.followUp(
      'REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION',
      claim,
      answered.emailAddress ?? undefined,
    )
    if (status === claimStatus.new) work.publish(subjects.claimApprovalDue, claim)
  }

  /** The answer may be faster than the claim itself. */
  private async notInside(claim: ClaimMessage): Promise<Outcome> {
    if (await this.responses.isOutside(claim)) return retry('claim-not-completed')
    // Between the two looks it may have been completed.
    return (await this.responses.isInside(claim)) ? retry('claim-not-completed') : reject('claim-not-found')
  }
}
