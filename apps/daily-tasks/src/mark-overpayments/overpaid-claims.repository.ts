import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { answer, isUnderWay, claimStatus, spellings } from '#shared/claims'
import type { LocalDay } from '#shared/clock'
import { DatabaseConnection, pounds, type Database, type Row } from '#shared/database'
import type { Work } from '#shared/unit-of-work'
import { pageSize, type JobStage } from '#shared/jobs'
import { countPassedOver, takeClaims, type ClaimsOfJob } from '../claims-of-job.js'
import { evidenceHasCome } from '../evidence-has-come.js'
import { journeysBefore, overpaidPence, overpaymentReason } from './mark-overpayments.rules.js'

/** The evidence may be in an answer that has not been taken in. */
const unless = [answer]
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
    const job: ClaimsOfJob = {
      isDue: (claim) =>
        claim.and([
          claim('c.IsAdvanceClaim', '=', true),
          claim('c.Status', 'in', statuses),
          claim.or([claim('c.IsOverpaid', '=', false), claim('c.IsOverpaid', 'is', null)]),
          claim('c.DateOfJourney', '<', before),
          claim.not(evidenceHasCome(claim)),
          claim.exists(
            claim
              .selectFrom('IntSchema.ClaimExpense as e')
              .select('e.ClaimExpenseId')
              .whereRef('e.Reference', '=', 'c.Reference')
              .whereRef('e.ClaimId', '=', 'c.ClaimId')
              .where('e.IsEnabled', '=', true),
          ),
        ]),
      unless,
    }
    return {
      keyOf: ({ ClaimId }) => ClaimId,
      read(db, after) {
        const query = db
          .selectFrom('IntSchema.Claim as c')
          .select('c.ClaimId')
          .where('c.ClaimId', '>', after)
          .where(job.isDue as never)
          .where((claim) => claim.not(isUnderWay(db, 'c.ClaimId', unless)))
          .orderBy('c.ClaimId')
        return dialect.first(query, pageSize).execute()
      },
      passedOver: (db) => countPassedOver(db, job),
      async change(work, claims) {
        const taken = await takeClaims(
          work,
          job,
          claims.map(({ ClaimId: claimId }) => ({ claimId })),
        )
        return mark(work, taken, overpaymentReason(days))
      },
    }
  }
}

async function mark(
  work: Work,
  claims: readonly { readonly claimId: number }[],
  reason: string,
): Promise<number> {
  if (!claims.length) return 0
  const ids = claims.map(({ claimId }) => claimId)
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
  return work.dialect.batch(work.db, statements)
}

const enabledExpenses = (db: Kysely<Database>, claimIds: readonly number[]) =>
  db
    .selectFrom('IntSchema.Claim as c')
    .innerJoin('IntSchema.ClaimExpense as e', (join) =>
      join.onRef('e.Reference', '=', 'c.Reference').onRef('e.ClaimId', '=', 'c.ClaimId'),
    )
    .select(['e.ClaimId', 'e.ApprovedCost'])
    .where('c.ClaimId', 'in', claimIds)
    .where('e.IsEnabled', '=', true)
    .execute()
