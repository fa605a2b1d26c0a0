import { Injectable } from '@nestjs/common'
import type { Kysely, SelectQueryBuilder } from 'kysely'
import { isDocumentOfCase } from '#shared/claims'
import { addDays, dayOf, type LocalTime } from '#shared/clock'
import type { MessageIdentity } from '#shared/contracts'
import { DatabaseConnection, firstOf, type Database } from '#shared/database'
import { Prisons, type PrisonList } from '#shared/prisons'
import { Inbox, type ClaimRef, type Work } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import { ApprovalConfigs } from '../approval-configs.repository.js'
import { latestManuallyApprovedClaim, type ApprovalCase } from './approval-case.js'
import type { ApprovalSettings } from './approval-settings.rules.js'
import { whyNotConsidered, type NotConsidered } from './approve-claim.rules.js'

type Db = Kysely<Database>

/** A claim that is considered, by the settings of the moment. */
export interface Considered {
  readonly kind: 'considered'
  readonly settings: ApprovalSettings
  /** The prisons of the moment. */
  readonly prisons: PrisonList
  /** Where and when it was to, as it was read. */
  readonly visit: Visit
}

interface Visit {
  readonly PrisonNumber: string
  readonly DateOfJourney: LocalTime
}

/** Reads what a decision on automatic approval needs. */
@Injectable()
export class ApprovalCases {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly configuration: ApprovalConfigs,
    private readonly prisons: Prisons,
    private readonly inbox: Inbox,
  ) {}

  /**
   * Whether a claim is considered at all: most are not, and nothing more of them is read. It is the first question about
   * a message. Undefined if the claim, its visitor or its prisoner is not there.
   */
  async look(message: MessageIdentity, claim: ClaimRef): Promise<Considered | NotConsidered | undefined> {
    const [subject, settings, prisons] = await this.inbox.askFirst(
      message,
      firstOf(this.subject(this.connection.db.selectFrom('IntSchema.Claim as c'), claim)),
      this.configuration.settingsNow(),
      this.prisons.now(),
    )
    if (!subject) return undefined
    return whyNotConsidered(subject, settings) ?? { kind: 'considered', settings, prisons, visit: subject }
  }

  /**
   * The case of a claim as it is: until the transaction ends nobody changes the claim, and no answer is taken in.
   * @throws TemporaryFailure `claim-changed-meanwhile` if somebody is changing it, or it is gone since it was looked at
   */
  async take(
    { db, dialect, now }: Work,
    claim: ClaimRef,
    { settings, prisons, visit }: Considered,
  ): Promise<ApprovalCase> {
    const [[subject], previousClaims, expenses, children, documents, otherClaimsOfReference, onThisDate] =
      await dialect.questions(db, [
        // First, for it is what keeps the others from changing.
        this.subject(db.selectFrom(dialect.taking('IntSchema.Claim', 'c')), claim),
        this.previousClaims(db, claim),
        this.expenses(db, claim),
        this.children(db, claim),
        this.documents(db, claim),
        this.otherClaimsOfReference(db, claim),
        this.eligibilitiesVisiting(db, visit),
      ])
    if (!subject || !isSameVisit(subject, visit)) throw new TemporaryFailure('claim-changed-meanwhile')
    const model = latestManuallyApprovedClaim(previousClaims)
    return {
      now,
      settings,
      claim: subject,
      eligibility: subject,
      prisoner: subject,
      regionOfPrison: prisons.byName(subject.NameOfPrison)?.region,
      visitor: subject,
      expenses,
      children,
      documents,
      previousClaims,
      latestManuallyApprovedExpenses:
        model && (await this.approvedExpenses(db, claim, model.ClaimId).execute()),
      otherClaimsOfReference,
      eligibilitiesOnThisDate: Number(onThisDate[0]?.eligibilities),
    }
  }

  private subject(
    from: SelectQueryBuilder<Database & { c: Database['IntSchema.Claim'] }, 'c', object>,
    { reference, eligibilityId, claimId }: ClaimRef,
  ) {
    return from
      .innerJoin('IntSchema.Eligibility as e', 'e.EligibilityId', 'c.EligibilityId')
      .innerJoin('IntSchema.Visitor as v', 'v.EligibilityId', 'c.EligibilityId')
      .innerJoin('IntSchema.Prisoner as p', (join) =>
        join.onRef('p.EligibilityId', '=', 'c.EligibilityId').onRef('p.Reference', '=', 'c.Reference'),
      )
      .select(['c.Reference', 'c.ClaimType', 'c.Status', 'c.DateOfJourney', 'c.DateApproved'])
      .select(['c.PaymentStatus', 'e.IsTrusted'])
      .select(['v.EmailAddress', 'v.BenefitExpiryDate'])
      .select(['p.NameOfPrison', 'p.ReleaseDateIsSet', 'p.PrisonNumber'])
      .where('c.Reference', '=', reference)
      .where('c.EligibilityId', '=', eligibilityId)
      .where('c.ClaimId', '=', claimId)
  }

  private previousClaims(db: Db, { reference, eligibilityId, claimId }: ClaimRef) {
    return db
      .selectFrom('IntSchema.Claim')
      .select(['ClaimId', 'Status', 'IsAdvanceClaim', 'IsOverpaid'])
      .select(['DateOfJourney', 'DateSubmitted', 'DateReviewed'])
      .where('Reference', '=', reference)
      .where('EligibilityId', '=', eligibilityId)
      .where('ClaimId', '<>', claimId)
  }

  private otherClaimsOfReference(db: Db, { reference, claimId }: ClaimRef) {
    return db
      .selectFrom('IntSchema.Claim')
      .select(['ClaimId', 'Status', 'DateSubmitted'])
      .where('Reference', '=', reference)
      .where('ClaimId', '<>', claimId)
  }

  private expenses(db: Db, { reference, claimId }: ClaimRef) {
    return db
      .selectFrom('IntSchema.ClaimExpense')
      .select(['ExpenseType', 'Cost'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .where('IsEnabled', '=', true)
  }

  private approvedExpenses(db: Db, { reference }: ClaimRef, claimId: number) {
    return db
      .selectFrom('IntSchema.ClaimExpense')
      .select(['ExpenseType', 'ApprovedCost'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
  }

  private children(db: Db, { reference, claimId }: ClaimRef) {
    return db
      .selectFrom('IntSchema.ClaimChild')
      .select(['ClaimChildId', 'DateOfBirth'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .where('IsEnabled', '=', true)
  }

  private documents(db: Db, claim: ClaimRef) {
    return db
      .selectFrom('IntSchema.ClaimDocument')
      .select(['DocumentType', 'DocumentStatus'])
      .where(isDocumentOfCase(claim))
      .where('IsEnabled', '=', true)
  }

  private eligibilitiesVisiting(db: Db, { PrisonNumber, DateOfJourney }: Visit) {
    const day = dayOf(DateOfJourney)
    return db
      .selectFrom('IntSchema.Claim as c')
      .innerJoin('IntSchema.Prisoner as p', (join) =>
        join.onRef('p.EligibilityId', '=', 'c.EligibilityId').onRef('p.Reference', '=', 'c.Reference'),
      )
      .select((eb) => eb.fn.count<number>('c.EligibilityId').distinct().as('eligibilities'))
      .where('p.PrisonNumber', '=', PrisonNumber)
      .where('c.DateOfJourney', '>=', day)
      .where('c.DateOfJourney', '<', addDays(day, 1))
  }
}

const isSameVisit = (one: Visit, other: Visit): boolean =>
  one.PrisonNumber === other.PrisonNumber && one.DateOfJourney === other.DateOfJourney
