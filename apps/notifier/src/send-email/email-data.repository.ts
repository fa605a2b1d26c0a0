import { Injectable } from '@nestjs/common'
import type { TaskRef } from '#shared/contracts'
import { DatabaseConnection, taskData, type ClaimRef } from '#shared/database'
import { NotifierSettings } from '../notifier.settings.js'
import type { AcceptedClaim } from './accepted-claim.rules.js'
import type { Email, NoEmail } from './email.js'
import { emails, type EmailSubject } from './email.rules.js'

/** Reads what an email is written from. */
@Injectable()
export class EmailData {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly settings: NotifierSettings,
  ) {}

  /** The email of a subject about a claim, as its Task row says, if it has one. */
  async compose(subject: EmailSubject, claim: ClaimRef, task: TaskRef | undefined): Promise<Email | NoEmail> {
    const definition = emails[subject]
    const data = (await taskData(this.connection, task))?.trim() ?? ''
    const request = { reference: claim.reference, data, links: this.settings.links }
    if (definition.reads === 'nothing') return definition.compose(request)
    const forVisitor = { ...request, visitor: await this.visitor(claim) }
    switch (definition.reads) {
      case 'visitor':
        return definition.compose(forVisitor)
      case 'journey':
        return definition.compose({ ...forVisitor, claim: await this.claim(claim) })
      case 'accepted-claim':
        return definition.compose({ ...forVisitor, ...(await this.acceptedClaim(claim)) })
    }
  }

  private visitor({ reference, eligibilityId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.Visitor')
      .select(['FirstName', 'Town', 'EmailAddress'])
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference)
      .executeTakeFirst()
  }

  private async acceptedClaim(claim: ClaimRef): Promise<AcceptedClaim> {
    const details = await this.claim(claim)
    return {
      claim: details,
      nameOfPrison: details?.NameOfPrison ?? undefined,
      accountNumber: details?.AccountNumber,
      expenses: await this.expenses(claim),
      deductions: await this.deductions(claim),
    }
  }

  private claim({ reference, eligibilityId, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.Claim as c')
      .leftJoin('IntSchema.Prisoner as p', (join) =>
        join.onRef('p.EligibilityId', '=', 'c.EligibilityId').onRef('p.Reference', '=', 'c.Reference'),
      )
      .leftJoin('IntSchema.ClaimBankDetail as b', (join) =>
        join.onRef('b.ClaimId', '=', 'c.ClaimId').onRef('b.Reference', '=', 'c.Reference'),
      )
      .select(['c.PaymentMethod', 'c.IsAdvanceClaim', 'c.Note', 'c.DateOfJourney'])
      .select(['p.NameOfPrison', 'b.AccountNumber'])
      .where('c.Reference', '=', reference)
      .where('c.EligibilityId', '=', eligibilityId)
      .where('c.ClaimId', '=', claimId)
      .executeTakeFirst()
  }

  private expenses({ reference, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimExpense')
      .selectAll()
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .execute()
  }

  private deductions({ reference, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimDeduction')
      .selectAll()
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .execute()
  }
}
