import { Injectable } from '@nestjs/common'
import type { MessageIdentity } from '#shared/contracts'
import { all, DatabaseConnection, firstOf } from '#shared/database'
import { PrisonList, Prisons } from '#shared/prisons'
import { Inbox, taskDataOf, type ClaimRef } from '#shared/unit-of-work'
import { NotifierSettings } from '../notifier.settings.js'
import { readdressedOf } from '../sending/readdressed.repository.js'
import type { Email, NoEmail } from './email.js'
import { emails, type EmailSubject } from './email.rules.js'

/** Reads what an email is written from. */
@Injectable()
export class EmailData {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly prisons: Prisons,
    private readonly settings: NotifierSettings,
  ) {}

  /**
   * The email of a subject about a claim, as its Task row says, if it has one. What it is written from is asked at once,
   * and first of all that is asked about the message.
   */
  async compose(message: MessageIdentity, subject: EmailSubject, claim: ClaimRef): Promise<Email | NoEmail> {
    const definition = emails[subject]
    const { reads } = definition
    const [taskData, visitor, details, expenses, deductions, prisons, readdressed] =
      await this.inbox.askFirst(
        message,
        taskDataOf(this.connection, message.task),
        reads === 'nothing' ? unread : this.visitor(claim),
        reads === 'journey' || reads === 'accepted-claim' ? this.claim(claim) : unread,
        reads === 'accepted-claim' ? this.expenses(claim) : none,
        reads === 'accepted-claim' ? this.deductions(claim) : none,
        reads === 'accepted-claim' ? this.prisons.now() : noPrisons,
        reads === 'nothing' ? unread : readdressedOf(this.connection, message),
      )
    const request = {
      ...{ reference: claim.reference, data: taskData?.trim() ?? '', links: this.settings.links },
      toVisitor: readdressed !== undefined,
    }
    if (definition.reads === 'nothing') return definition.compose(request)
    const forVisitor = { ...request, visitor }
    switch (definition.reads) {
      case 'visitor':
        return definition.compose(forVisitor)
      case 'journey':
        return definition.compose({ ...forVisitor, claim: details })
      case 'accepted-claim':
        return definition.compose({
          ...forVisitor,
          claim: details,
          prison: prisons.byName(details?.NameOfPrison ?? '')?.displayName,
          accountNumber: details?.AccountNumber,
          expenses,
          deductions,
        })
    }
  }

  private visitor({ reference, eligibilityId }: ClaimRef) {
    return firstOf(
      this.connection.db
        .selectFrom('IntSchema.Visitor')
        .select(['FirstName', 'Town', 'EmailAddress'])
        .where('EligibilityId', '=', eligibilityId)
        .where('Reference', '=', reference),
    )
  }

  private claim({ reference, eligibilityId, claimId }: ClaimRef) {
    return firstOf(
      this.connection.db
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
        .where('c.ClaimId', '=', claimId),
    )
  }

  private expenses({ reference, claimId }: ClaimRef) {
    return all(
      this.connection.db
        .selectFrom('IntSchema.ClaimExpense')
        .selectAll()
        .where('Reference', '=', reference)
        .where('ClaimId', '=', claimId),
    )
  }

  private deductions({ reference, claimId }: ClaimRef) {
    return all(
      this.connection.db
        .selectFrom('IntSchema.ClaimDeduction')
        .selectAll()
        .where('Reference', '=', reference)
        .where('ClaimId', '=', claimId),
    )
  }
}

const unread = { known: undefined }
const none = { known: [] }
const noPrisons = { known: new PrisonList([]) }
