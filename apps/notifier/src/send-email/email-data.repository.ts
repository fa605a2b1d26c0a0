import { Injectable } from '@nestjs/common'
import type { TaskRef } from '#shared/contracts'
import { DatabaseConnection, taskData, type ClaimRef } from '#shared/database'
import { NotifierSettings } from '../notifier.settings.js'
import type { AcceptedClaimData } from './accepted-claim.rules.js'
import type { Email, NoEmail } from './email.js'
import { emails, type EmailSubject } from './email.rules.js'

/** Reads what an email is written from, and to whom it goes. */
@Injectable()
export class EmailData {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly settings: NotifierSettings,
  ) {}

  /** The email of a subject about a claim, but for its address. */
  async compose(subject: EmailSubject, claim: ClaimRef): Promise<Email | NoEmail> {
    const definition = emails[subject]
    switch (definition.reads) {
      case 'visitor': {
        const data = { reference: claim.reference, visitor: await this.visitor(claim) }
        return definition.compose(data, this.settings.links)
      }
      case 'accepted-claim':
        return definition.compose(await this.acceptedClaim(claim))
    }
  }

  /** The address in the Task row; for a message published without one, the visitor's. */
  async address(claim: ClaimRef, task: TaskRef | undefined): Promise<string | undefined> {
    const data = await taskData(this.connection, task)
    return data?.trim() || (await this.visitor(claim))?.EmailAddress
  }

  private visitor({ reference, eligibilityId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.Visitor')
      .select(['FirstName', 'Town', 'EmailAddress'])
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference)
      .executeTakeFirst()
  }

  private async acceptedClaim(claim: ClaimRef): Promise<AcceptedClaimData> {
    const details = await this.claim(claim)
    return {
      reference: claim.reference,
      visitor: await this.visitor(claim),
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
      .leftJoin('IntSchema.Prisoner as p', 'p.EligibilityId', 'c.EligibilityId')
      .leftJoin('IntSchema.ClaimBankDetail as b', (join) =>
        join.onRef('b.ClaimId', '=', 'c.ClaimId').onRef('b.Reference', '=', 'c.Reference'),
      )
      .select(['c.PaymentMethod', 'c.IsAdvanceClaim', 'c.Note', 'p.NameOfPrison', 'b.AccountNumber'])
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
