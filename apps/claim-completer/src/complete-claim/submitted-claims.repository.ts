import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { isClaimIn } from '#shared/claims'
import { all, DatabaseConnection, question, type Question } from '#shared/database'
import type { ClaimRef } from '#shared/unit-of-work'
import type { SubmittedClaim } from './complete-claim.rules.js'
import type { ExpenseRow } from './journey-costs/journey-costs.rules.js'

/** Claims that wait in the external schema. */
@Injectable()
export class SubmittedClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** What is known of a submitted claim; undefined if the external schema does not have it. */
  find(claim: ClaimRef): Question<SubmittedClaim | undefined> {
    return question(this.claimQuery(claim), ([row]) => row && toSubmitted(row))
  }

  /** Public for the type of its rows. */
  claimQuery({ reference, eligibilityId, claimId }: ClaimRef) {
    return this.connection.db
      .selectFrom('ExtSchema.Claim as c')
      .leftJoin('ExtSchema.Eligibility as e', (join) =>
        join.onRef('e.EligibilityId', '=', 'c.EligibilityId').onRef('e.Reference', '=', 'c.Reference'),
      )
      .leftJoin('IntSchema.Eligibility as ie', 'ie.EligibilityId', 'c.EligibilityId')
      .leftJoin('ExtSchema.Visitor as v', (join) =>
        join.onRef('v.EligibilityId', '=', 'c.EligibilityId').onRef('v.Reference', '=', 'c.Reference'),
      )
      .leftJoin('IntSchema.Visitor as iv', (join) =>
        join.onRef('iv.EligibilityId', '=', 'c.EligibilityId').onRef('iv.Reference', '=', 'c.Reference'),
      )
      .leftJoin('ExtSchema.Prisoner as p', (join) =>
        join.onRef('p.EligibilityId', '=', 'c.EligibilityId').onRef('p.Reference', '=', 'c.Reference'),
      )
      .leftJoin('IntSchema.Prisoner as ip', (join) =>
        join.onRef('ip.EligibilityId', '=', 'c.EligibilityId').onRef('ip.Reference', '=', 'c.Reference'),
      )
      .leftJoin('ExtSchema.ClaimBankDetail as b', (join) =>
        join.onRef('b.ClaimId', '=', 'c.ClaimId').onRef('b.Reference', '=', 'c.Reference'),
      )
      .select([
        'c.ClaimType as claimType',
        'c.PaymentMethod as paymentMethod',
        'b.ClaimBankDetailId as bankDetailId',
        'e.EligibilityId as externalEligibilityId',
        'ie.EligibilityId as internalEligibilityId',
        sql<string | null>`coalesce(${sql.ref('iv.PostCode')}, ${sql.ref('v.PostCode')})`.as('postCode'),
        sql<string | null>`coalesce(${sql.ref('iv.Country')}, ${sql.ref('v.Country')})`.as('country'),
        sql<string | null>`coalesce(${sql.ref('ip.NameOfPrison')}, ${sql.ref('p.NameOfPrison')})`.as(
          'prison',
        ),
      ])
      .select((row) =>
        row
          .selectFrom('ExtSchema.EligibilityVisitorUpdateContactDetail as u')
          .select(({ fn }) => fn.max('u.EligibilityVisitorUpdateContactDetailId').as('last'))
          .where('u.Reference', '=', reference)
          .where('u.EligibilityId', '=', eligibilityId)
          .as('lastContactDetails'),
      )
      .where('c.Reference', '=', reference)
      .where('c.EligibilityId', '=', eligibilityId)
      .where('c.ClaimId', '=', claimId)
  }

  /** The claim's enabled expenses, in the order of their ids. */
  expenses({ reference, claimId }: ClaimRef): Question<readonly ExpenseRow[]> {
    const query = this.connection.db
      .selectFrom('ExtSchema.ClaimExpense')
      .select(['ClaimExpenseId', 'ExpenseType', 'Cost', 'From', 'To', 'FromPostCode', 'ToPostCode'])
      .where('Reference', '=', reference)
      .where('ClaimId', '=', claimId)
      .where('IsEnabled', '=', true)
      .orderBy('ClaimExpenseId')
    return all(query)
  }

  /** Whether the claim has arrived in the internal schema. */
  isMigrated(claim: ClaimRef): Promise<boolean> {
    return isClaimIn(this.connection.db, 'IntSchema', claim)
  }
}

type ClaimRow = Awaited<ReturnType<ReturnType<SubmittedClaims['claimQuery']>['execute']>>[number]

const toSubmitted = (row: ClaimRow): SubmittedClaim => ({
  claimType: row.claimType,
  paymentMethod: row.paymentMethod,
  hasBankDetail: row.bankDetailId !== null,
  visitor: row.postCode === null ? undefined : { PostCode: row.postCode, Country: row.country ?? '' },
  nameOfPrison: row.prison ?? undefined,
  bringsEligibility: row.externalEligibilityId !== null && row.internalEligibilityId === null,
  contactDetailsUpTo: row.lastContactDetails ?? 0,
})
