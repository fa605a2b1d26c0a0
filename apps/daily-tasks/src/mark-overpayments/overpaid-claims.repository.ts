import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import type { LocalDay } from '#shared/clock'
import { claimStatus, spellings } from '#shared/contracts'
import { DatabaseConnection, pounds, type Database, type Row, type Work } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'
import { journeysBefore, overpaidPence, overpaymentReason } from './mark-overpayments.rules.js'

const statuses = spellings([claimStatus.approved])

type OverpaidClaim = Pick<Row<'IntSchema.Claim'>, 'ClaimId'>

/** Claims that were paid in advance, for visits of which there is no evidence. */
@Injectable()
export class OverpaidClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Those whose journey was `days` days before `date` or earlier, to be marked as overpaid. */
  withoutEvidence(date: LocalDay, days: number): JobStage<OverpaidClaim> {
    const { dialect } = this.connection
    // A day alone is its midnight, and as text before every time of it, however that is spelt.
    const before = journeysBefore(date, days)
    return {
      keyOf: ({ ClaimId }) => ClaimId,
      read(db, after) {
        const query = db
          .selectFrom('IntSchema.Claim as c')
          .select('c.ClaimId')
          .where('c.ClaimId', '>', after)
          .where('c.IsAdvanceClaim', '=', true)
          .where('c.Status', 'in', statuses)
          .where((is) => is.or([is('c.IsOverpaid', '=', false), is('c.IsOverpaid', 'is', null)]))
          .where('c.DateOfJourney', '<', before)
          .where((where) =>
            where.exists(
              where
                .selectFrom('IntSchema.ClaimExpense as e')
                .select('e.ClaimExpenseId')
                .whereRef('e.ClaimId', '=', 'c.ClaimId')
                .where('e.IsEnabled', '=', true),
            ),
          )
          .orderBy('c.ClaimId')
        return dialect.first(query, pageSize).execute()
      },
      change: (work, claims) => mark(work, claims, overpaymentReason(days)),
    }
  }
}

async function mark(work: Work, claims: readonly OverpaidClaim[], reason: string): Promise<number> {
  const ids = claims.map(({ ClaimId }) => ClaimId)
  const expenses = await enabledExpenses(work.db, ids)
  const statements = ids.map((id) => {
    const costs = expenses.filter(({ ClaimId }) => ClaimId === id).map(({ ApprovedCost }) => ApprovedCost)
    const amount = pounds(overpaidPence(costs))
    return (
      work.db
        .updateTable('IntSchema.Claim')
        .set({
          IsOverpaid: true,
          OverpaymentAmount: amount,
          RemainingOverpaymentAmount: amount,
          OverpaymentReason: reason,
        })
        .where('ClaimId', '=', id)
        // The evidence may have been accepted since the claim was read.
        .where('Status', 'in', statuses)
    )
  })
  await work.batch(statements)
  return ids.length
}

const enabledExpenses = (db: Kysely<Database>, claimIds: readonly number[]) =>
  db
    .selectFrom('IntSchema.ClaimExpense')
    .select(['ClaimId', 'ApprovedCost'])
    .where('ClaimId', 'in', claimIds)
    .where('IsEnabled', '=', true)
    .execute()
