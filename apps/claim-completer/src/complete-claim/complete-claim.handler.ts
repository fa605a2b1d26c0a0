import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { type ClaimMessage, events, messages } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { Prisons } from '#shared/prisons'
import { Inbox, taskDataOf, UnitOfWork } from '#shared/unit-of-work'
import {
  claimPolicy,
  Consumes,
  Delivery,
  done,
  type FollowUpsOf,
  handler,
  type Outcome,
  reject,
} from '#shared/messaging'
import { ForeignColumns } from '../foreign-columns.js'
import { ClaimMigration } from './claim-migration.repository.js'
import { whyNotMigratable } from './complete-claim.rules.js'
import { JourneyCosts } from './journey-costs/journey-costs.service.js'
import { SubmittedClaims } from './submitted-claims.repository.js'

const completeClaim = handler({
  name: 'complete-claim',
  messages: [messages.claimSubmitted],
  policy: claimPolicy,
  asksFirst: true,
  followUps: [messages.notifyClaimSubmitted, messages.claimBenefitCheckDue, messages.webhookEventsDue],
})

/**
 * COMPLETE-CLAIM: moves a submitted claim from the external schema to the internal one, its car journeys costed,
 * and asks for the confirmation email and the benefit check. Domain: `tasks.md`.
 */
@Controller()
export class CompleteClaimHandler {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly submitted: SubmittedClaims,
    private readonly migration: ClaimMigration,
    private readonly journeyCosts: JourneyCosts,
    private readonly foreign: ForeignColumns,
    private readonly prisons: Prisons,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Consumes(completeClaim)
  async handle(
    @Payload() claim: ClaimMessage,
    @Ctx() delivery: Delivery<FollowUpsOf<typeof completeClaim>>,
  ): Promise<Outcome> {
    const [submitted, expenses, columns, prisons, taskData] = await this.inbox.askFirst(
      delivery,
      this.submitted.find(claim),
      this.submitted.expenses(claim),
      this.foreign.columns(),
      this.prisons.now(),
      taskDataOf(this.connection, delivery.task),
    )
    if (!submitted) return this.alreadyMoved(claim, delivery)
    const problem = whyNotMigratable(submitted)
    if (problem) return reject(problem)
    if (await this.foreign.haveValuesOf(claim, columns)) return reject('unknown-column')

    const costs = await this.journeyCosts.of(
      expenses,
      {
        visitorPostCode: submitted.visitor?.PostCode ?? '',
        visitorCountry: submitted.visitor?.Country ?? '',
        nameOfPrison: submitted.nameOfPrison ?? '',
        prisonPostCode: prisons.byName(submitted.nameOfPrison ?? '')?.postcode ?? '',
      },
      delivery.signal,
    )
    const data = delivery.task ? taskData : submitted.claimType
    await this.unitOfWork.run(delivery, async (work) => {
      await this.migration.run(work, claim, submitted, { data, costs })
      work.followUp('SEND-CLAIM-NOTIFICATION', claim, this.migration.emailIn(work, claim))
      work.followUp('DWP-CHECK', claim)
      const { reference, eligibilityId, claimId } = claim
      work.tell(events.claimSubmitted, claimId, { reference, eligibilityId, claimId }, reference)
    })
    return done
  }

  /** A repeat finds the claim moved and changes nothing. */
  private async alreadyMoved(
    claim: ClaimMessage,
    delivery: Delivery<FollowUpsOf<typeof completeClaim>>,
  ): Promise<Outcome> {
    if (!(await this.submitted.isMigrated(claim))) return reject('claim-not-found')
    await this.unitOfWork.finish(delivery)
    return done
  }
}
