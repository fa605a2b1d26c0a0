import { Injectable } from '@nestjs/common'
import { addDays, Clock, dayOf, type LocalTime } from '#shared/clock'
import { isDocumentOfCase } from '#shared/claims'
import { DatabaseConnection, type ClaimRef } from '#shared/database'
import { ApprovalConfigRepository } from '../approval-config.repository.js'
import { latestManuallyApprovedClaim, type ApprovalCase } from './approval-case.js'
import { whyNotConsidered, type NotConsidered } from './approve-claim.rules.js'

/** Reads what a decision on automatic approval needs. */
@Injectable()
export class ApprovalCases {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly configuration: ApprovalConfigRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The case of a claim, or why it is none: most claims are not considered, and the rest of theirs is not read.
   * Undefined if the claim, its visitor or its prisoner is not there.
   */
  async find(claim: ClaimRef): Promise<ApprovalCase | NotConsidered | undefined> {
    const subject = await this.findSubject(claim)
    if (!subject) return undefined
    const settings = await this.configuration.current()
    const notConsidered = whyNotConsidered(subject, settings)
    if (notConsidered) return notConsidered
    const { db, dialect } = this.connection
    const [previousClaims, expenses, children, documents, otherClaimsOfReference, onThisDate] =
      await dialect.questions(db, [
        this.previousClaims(claim),
        this.expenses(claim),
        this.children(claim),
        this.documents(claim),
        this.otherClaimsOfReference(claim),
        this.eligibilitiesVisiting(subject.PrisonNumber, subject.DateOfJourney),
      ])
    const model = latestManuallyApprovedClaim(previousClaims)
    return {
      now: this.clock.now(),
      settings,
      claim: subject,
      eligibility: subject,
      prisoner: subject,
      visitor: subject,
      expenses,
      children,
      documents,
      previousClaims,
      latestManuallyApprovedExpenses: model && (await this.approvedExpenses(claim, model.ClaimId).execute()),
      otherClaimsOfReference,
      eligibilitiesOnThisDate: Number(onThisDate[0]?.eligibilities),
    }
  }

  private findSubject({ reference, eligibilityId, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.Claim as c')
      .innerJoin('IntSchema.Eligibility as e', 'e.EligibilityId', 'c.EligibilityId')
      .innerJoin('IntSchema.Visitor as v', 'v.EligibilityId', 'c.EligibilityId')
      .innerJoin('IntSchema.Prisoner as p', 'p.EligibilityId', 'c.EligibilityId')
      .select(['c.Reference', 'c.ClaimType', 'c.Status', 'c.DateOfJourney', 'e.IsTrusted'])
      .select(['v.EmailAddress', 'v.BenefitExpiryDate'])
      .select(['p.NameOfPrison', 'p.ReleaseDateIsSet', 'p.PrisonNumber'])
      .where('c.Reference', '=', reference)
      .where('c.EligibilityId', '=', eligibilityId)
      .where('c.ClaimId', '=', claimId)
      .executeTakeFirst()
  }

  private previousClaims({ reference, eligibilityId, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.Claim')
      .select(['ClaimId', 'Status', 'IsAdvanceClaim', 'IsOverpaid'])
      .select(['DateOfJourney', 'DateSubmitted', 'DateReviewed'])
      .where('Reference', '=', reference)
      .where('EligibilityId', '=', eligibilityId)
      .where('ClaimId', '<>', claimId)
  }

  private otherClaimsOfReference({ reference, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.Claim')
      .select(['ClaimId', 'Status', 'DateSubmitted'])
      .where('Reference', '=', reference)
      .where('ClaimId', '<>', claimId)
  }

  private expenses({ reference, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimExpense')
      .select(['ExpenseType', 'Cost'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .where('IsEnabled', '=', true)
  }

  private approvedExpenses({ reference }: ClaimRef, claimId: number) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimExpense')
      .select(['ExpenseType', 'ApprovedCost'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
  }

  private children({ reference, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimChild')
      .select(['ClaimChildId', 'DateOfBirth'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .where('IsEnabled', '=', true)
  }

  private documents(claim: ClaimRef) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimDocument')
      .select(['DocumentType', 'DocumentStatus'])
      .where(isDocumentOfCase(claim))
      .where('IsEnabled', '=', true)
  }

  private eligibilitiesVisiting(prisonNumber: string, dateOfJourney: LocalTime) {
    const day = dayOf(dateOfJourney)
    return this.connection.db
      .selectFrom('IntSchema.Claim as c')
      .innerJoin('IntSchema.Prisoner as p', 'p.EligibilityId', 'c.EligibilityId')
      .select((eb) => eb.fn.count<number>('c.EligibilityId').distinct().as('eligibilities'))
      .where('p.PrisonNumber', '=', prisonNumber)
      .where('c.DateOfJourney', '>=', day)
      .where('c.DateOfJourney', '<', addDays(day, 1))
  }
}
