import { Injectable } from '@nestjs/common'
import { sql, type Compilable, type RawBuilder } from 'kysely'
import {
  deleteExternalClaim,
  insertClaimEvent,
  insertClaimEventWhere,
  isDocumentOfCase,
  claimEvent,
  claimStatus,
} from '#shared/claims'
import { fit, mustFind, orElse, pounds } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import { copyDocuments, copyRows, type RowFilter } from '../copy-rows.js'
import { takesBankDetail, type SubmittedClaim } from './complete-claim.rules.js'
import type { JourneyCost } from './journey-costs/journey-costs.rules.js'

export interface MigrationDetails {
  /** For the event: the task's data, or the claim's type. */
  readonly data: string | null
  readonly costs: readonly JourneyCost[]
}

/**
 * Moves a claim, and the eligibility it brings, from the external schema to the internal one. Rows move inside
 * the database: a statement a table, all of them in one round trip. Domain: `tasks.md`, COMPLETE-CLAIM.
 */
@Injectable()
export class ClaimMigration {
  /** If the claim was moved since it was read, or its visitor is gone, all of it fails: the next try finds that out. */
  async run(
    work: Work,
    claim: ClaimRef,
    submitted: SubmittedClaim,
    details: MigrationDetails,
  ): Promise<void> {
    await work.batch([
      orElse(copyClaim(work, claim), movedMeanwhile),
      ...(submitted.bringsEligibility ? copyEligibility(work, claim) : []),
      ...copyBelongings(work, claim, takesBankDetail(submitted)),
      ...details.costs.map((cost) => storeCost(work, cost)),
      insertClaimEvent(work, claim, { event: claimEvent.submitted, additionalData: details.data }),
      ...updateContactDetails(work, claim, submitted),
      mustFind(addressOf(work, claim), movedMeanwhile),
      ...deleteExternalClaim(work.db, claim, submitted),
    ])
  }

  /** The visitor's email address as it is by then. */
  emailIn(work: Work, claim: ClaimRef): RawBuilder<string | null> {
    return sql`${addressOf(work, claim)}`
  }
}

const movedMeanwhile = () => new TemporaryFailure('claim-moved-meanwhile')

const addressOf = ({ db, dialect }: Work, { reference, eligibilityId }: ClaimRef) =>
  dialect.first(
    db
      .selectFrom('IntSchema.Visitor')
      .select('EmailAddress')
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference),
    1,
  )

function copyClaim(work: Work, claim: ClaimRef): Compilable {
  const unfinishedDocument = work.db
    .selectFrom('ExtSchema.ClaimDocument as d')
    .select('d.ClaimDocumentId')
    .where(isDocumentOfCase(claim, 'd'))
    .where('d.IsEnabled', '=', true)
    .where('d.DocumentStatus', '<>', 'uploaded')
  const status = sql<string>`case when exists ${unfinishedDocument} then ${claimStatus.pending} else ${claimStatus.new} end`
  // Whoever else deletes the claim begins here, too, and waits: the clean-up.
  const external = work.dialect.holding('ExtSchema.Claim', 'x')
  const given = { Status: status, LastUpdated: sql`${work.now}` }
  return copyRows(work.db, 'Claim', ofClaim(claim), given, external)
}

/** The reference finds the rows (it is indexed everywhere), the id chooses among them. */
const ofClaim =
  ({ reference, claimId }: ClaimRef): RowFilter =>
  (row) =>
    row.and([row('Reference', '=', reference), row('ClaimId', '=', claimId)])

function copyEligibility(work: Work, { reference, eligibilityId }: ClaimRef): Compilable[] {
  const ofEligibility: RowFilter = (row) =>
    row.and([row('EligibilityId', '=', eligibilityId), row('Reference', '=', reference)])
  return [
    copyRows(work.db, 'Eligibility', ofEligibility, { Status: sql`${claimStatus.new}` }),
    copyRows(work.db, 'Visitor', ofEligibility),
    copyRows(work.db, 'Prisoner', ofEligibility),
    copyRows(work.db, 'EligibleChild', ofEligibility),
    copyRows(work.db, 'Benefit', ofEligibility),
  ]
}

/** What belongs to the claim, enabled rows only; parents before children. */
function copyBelongings(work: Work, claim: ClaimRef, withBank: boolean): Compilable[] {
  const enabled: RowFilter = (row) => row.and([ofClaim(claim)(row), row('IsEnabled', '=', true)])
  const enabledDocuments: RowFilter = (row) =>
    row.and([isDocumentOfCase(claim, 'x'), row('IsEnabled', '=', true)])
  return [
    ...(withBank ? [copyRows(work.db, 'ClaimBankDetail', ofClaim(claim))] : []),
    copyRows(work.db, 'ClaimExpense', enabled, { Cost: sql`round(${sql.ref('x.Cost')}, 2)` }),
    copyRows(work.db, 'ClaimChild', enabled),
    copyDocuments(work.db, enabledDocuments),
    copyRows(work.db, 'ClaimEscort', enabled),
  ]
}

function storeCost(work: Work, { claimExpenseId, from, to, distance, cost }: JourneyCost): Compilable {
  return work.db
    .updateTable('IntSchema.ClaimExpense')
    .set({
      FromPostCode: fit('IntSchema.ClaimExpense', 'FromPostCode', from),
      ToPostCode: fit('IntSchema.ClaimExpense', 'ToPostCode', to),
      Distance: distance / 100,
      Cost: pounds(cost),
    })
    .where('ClaimExpenseId', '=', claimExpenseId)
}

/** Where the claimant has given new details, the newest count. */
function updateContactDetails(
  work: Work,
  claim: ClaimRef,
  { contactDetailsUpTo }: Pick<SubmittedClaim, 'contactDetailsUpTo'>,
): Compilable[] {
  const { reference, eligibilityId } = claim
  const given = work.db
    .selectFrom('ExtSchema.EligibilityVisitorUpdateContactDetail as u')
    .where('u.EligibilityId', '=', eligibilityId)
    .where('u.Reference', '=', reference)
    .where('u.EligibilityVisitorUpdateContactDetailId', '<=', contactDetailsUpTo)
  const newest = (column: 'EmailAddress' | 'PhoneNumber') =>
    work.dialect.first(
      given
        .select(`u.${column} as value`)
        .orderBy('u.DateSubmitted', 'desc')
        .orderBy('u.EligibilityVisitorUpdateContactDetailId', 'desc'),
      1,
    )
  const someGiven = given.select('u.EligibilityId')
  return [
    insertClaimEventWhere(work, claim, { event: claimEvent.contactDetailsUpdated }, someGiven),
    work.db
      .updateTable('IntSchema.Visitor')
      .set({
        EmailAddress: sql<string>`(${newest('EmailAddress')})`,
        PhoneNumber: sql<string | null>`(${newest('PhoneNumber')})`,
      })
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference)
      .where((row) => row.exists(someGiven)),
  ]
}
