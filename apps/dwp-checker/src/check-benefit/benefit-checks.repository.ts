import { Injectable } from '@nestjs/common'
import { sql, type Compilable } from 'kysely'
import {
  insertClaimEvent,
  isDocumentOfCase,
  statusChange,
  claimEvent,
  claimStatus,
  systemCaseworker,
} from '#shared/claims'
import { DatabaseConnection, orElse, question, type Question } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import type { CheckResult, ClaimFacts, Decision, Person } from './check-benefit.rules.js'

const uploadLater = 'upload-later'
const evidenceNote =
  'We have not been able to verify your benefit status. Please upload evidence of the benefit you receive'

/** A result and what is decided, for a claim as it was when it was read. */
export interface CheckedClaim {
  readonly claim: ClaimRef
  readonly facts: ClaimFacts
  readonly result: CheckResult
  readonly decision: Decision
}

@Injectable()
export class BenefitChecks {
  constructor(private readonly connection: DatabaseConnection) {}

  /** The claim with its visitor; undefined if there is no such claim in `IntSchema`. */
  find(claim: ClaimRef): Question<ClaimFacts | undefined> {
    return question(this.connection.dialect.first(this.factsQuery(claim), 1), ([row]) => row && toFacts(row))
  }

  /**
   * Writes down the result and what the decision changes, in the transaction of `work`, which fails with `claim-changed` if
   * somebody gave the claim another status since it was read.
   */
  async save(work: Work, checked: CheckedClaim): Promise<void> {
    const { claim, result, decision } = checked
    switch (decision.kind) {
      case 'ask-for-evidence':
        return work.batch([
          orElse(requestInformation(work, checked, decision.benefit), claimChanged),
          updateVisitor(work, claim, result, claimStatus.requestInformation),
          insertDocument(work, claim, decision.benefit),
          insertClaimEvent(work, claim, askedForEvidence),
        ])
      case 'keep-waiting':
        await assertStillWaits(work, checked)
        return work.batch([updateVisitor(work, claim, result, claimStatus.requestInformation)])
      case 'keep-decision':
        return work.batch([updateVisitor(work, claim, result)])
      case 'go-on-to-approval':
        return work.batch([updateVisitor(work, claim, result, null)])
    }
  }

  private factsQuery(claim: ClaimRef) {
    const { reference, eligibilityId, claimId } = claim
    return (
      this.connection.db
        .selectFrom('IntSchema.Claim as c')
        .innerJoin('IntSchema.Visitor as v', (join) =>
          join.onRef('v.EligibilityId', '=', 'c.EligibilityId').onRef('v.Reference', '=', 'c.Reference'),
        )
        .leftJoin('IntSchema.Benefit as b', (join) =>
          join.onRef('b.EligibilityId', '=', 'c.EligibilityId').onRef('b.Reference', '=', 'c.Reference'),
        )
        .leftJoin('IntSchema.ClaimDocument as d', (join) =>
          join
            .on(isDocumentOfCase(claim, 'd'))
            .on('d.DocumentType', '=', sql<string>`ltrim(rtrim(${sql.ref('v.Benefit')}))`)
            .on('d.DocumentStatus', '=', uploadLater)
            .on('d.IsEnabled', '=', true),
        )
        .select(['c.Status', 'c.DateApproved', 'c.PaymentStatus', 'd.ClaimDocumentId'])
        .select(['v.LastName', 'v.NationalInsuranceNumber', 'v.DateOfBirth'])
        .select(['v.EmailAddress', 'v.Benefit', 'v.BenefitOwner'])
        .select(['b.LastName as holderLastName', 'b.NationalInsuranceNumber as holderNino'])
        .select('b.DateOfBirth as holderDateOfBirth')
        .where('c.ClaimId', '=', claimId)
        .where('c.EligibilityId', '=', eligibilityId)
        .where('c.Reference', '=', reference)
        // There is one of each; if there were more, it is the latest, and the same one every time.
        .orderBy('v.VisitorId', 'desc')
        .orderBy('b.BenefitId', 'desc')
    )
  }
}

type FactsRow = Awaited<ReturnType<ReturnType<BenefitChecks['factsQuery']>['execute']>>[number]

function toFacts(row: FactsRow): ClaimFacts {
  return {
    claimStatus: row.Status,
    isApprovedOrPaid: row.DateApproved !== null || row.PaymentStatus !== null,
    visitor: {
      surname: row.LastName,
      nationalInsuranceNumber: row.NationalInsuranceNumber,
      dateOfBirth: row.DateOfBirth,
    },
    emailAddress: row.EmailAddress,
    benefit: row.Benefit,
    benefitOwner: row.BenefitOwner,
    benefitHolder: holderIn(row),
    evidenceOutstanding: row.ClaimDocumentId !== null,
  }
}

function holderIn({ holderLastName, holderNino, holderDateOfBirth }: FactsRow): Person | undefined {
  if (holderLastName === null || holderNino === null || holderDateOfBirth === null) return undefined
  return { surname: holderLastName, nationalInsuranceNumber: holderNino, dateOfBirth: holderDateOfBirth }
}

/** The check may take minutes: the decision holds only for the claim it was made from. */
function requestInformation(work: Work, { claim, facts }: CheckedClaim, benefit: string): Compilable {
  const askedMeanwhile = work.db
    .selectFrom('IntSchema.ClaimDocument')
    .select('ClaimDocumentId')
    .where(isDocumentOfCase(claim))
    .where('DocumentType', '=', benefit)
    .where('DocumentStatus', '=', uploadLater)
    .where('IsEnabled', '=', true)
  return work.db
    .updateTable('IntSchema.Claim')
    .set(statusChange(claimStatus.requestInformation, work.now))
    .where('ClaimId', '=', claim.claimId)
    .where('Status', '=', facts.claimStatus)
    .where('DateApproved', 'is', null)
    .where('PaymentStatus', 'is', null)
    .$if(!facts.evidenceOutstanding, (update) =>
      update.where((claims) => claims.not(claims.exists(askedMeanwhile))),
    )
}

const claimChanged = () => new TemporaryFailure('claim-changed')

/** The claim is this transaction's own from here on. */
async function assertStillWaits(work: Work, { claim, facts }: CheckedClaim): Promise<void> {
  const same = await work.db
    .selectFrom(work.dialect.taking('IntSchema.Claim', 'c'))
    .select('c.ClaimId')
    .where('c.ClaimId', '=', claim.claimId)
    .where('c.Status', '=', facts.claimStatus)
    .executeTakeFirst()
  if (!same) throw claimChanged()
}

const updateVisitor = (work: Work, claim: ClaimRef, result: CheckResult, dwpCheck?: string | null) =>
  work.db
    .updateTable('IntSchema.Visitor')
    .set({ DWPBenefitCheckerResult: result, ...(dwpCheck === undefined ? {} : { DWPCheck: dwpCheck }) })
    .where('EligibilityId', '=', claim.eligibilityId)
    .where('Reference', '=', claim.reference)

const insertDocument = (work: Work, claim: ClaimRef, documentType: string) =>
  work.db.insertInto('IntSchema.ClaimDocument').values({
    ClaimDocumentId: work.dialect.nextNegativeId('IntSchema.ClaimDocument', 'ClaimDocumentId'),
    EligibilityId: claim.eligibilityId,
    ClaimId: claim.claimId,
    Reference: claim.reference,
    DocumentType: documentType,
    DocumentStatus: uploadLater,
    DateSubmitted: work.now,
    IsEnabled: true,
  })

const askedForEvidence = {
  event: claimEvent.requestInformation,
  note: evidenceNote,
  caseworker: systemCaseworker,
  isInternal: false,
} as const
