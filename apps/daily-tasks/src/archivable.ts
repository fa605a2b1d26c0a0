import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import {
  answer,
  isBusy,
  isUnderWay,
  type ClaimIdColumn,
  claimStatus,
  expenseStatus,
  paidToBank,
  paymentStatus,
  spellings,
} from '#shared/claims'
import { paymentState } from '#shared/contracts'
import type { Database } from '#shared/database'

type Db = Kysely<Database>
type Condition = RawBuilder<SqlBool>

const approved = [claimStatus.approved, claimStatus.autoApproved]
const decided = [...approved, claimStatus.approvedAdvanceClosed, claimStatus.rejected]
/** What was processed by hand is paid already. */
const paidByRun = [expenseStatus.approved, expenseStatus.approvedDifferentAmount]

/** Why a claim stays where it is, in the order in which reasons are given. */
export const reasonsToStay = ['claim-undecided', 'claim-unpaid', 'claim-reserved', 'claim-under-way'] as const
export type ReasonToStay = (typeof reasonsToStay)[number]

/**
 * The conditions that keep a claim, a row `c` of `IntSchema.Claim`, from the archive: that nobody has decided about it, that
 * the payment run owes it something or has reserved it, or that work is under way for it. Why these: ADR 12.
 */
export const conditionsToStay = (db: Db): Record<ReasonToStay, Condition> => ({
  'claim-undecided': sql`${sql.ref('c.Status')} not in (${sql.join(spellings(decided))})`,
  'claim-unpaid': isUnpaid(db),
  'claim-reserved': isReserved(db, 'c.ClaimId'),
  'claim-under-way': isClaimBusy(db, 'c.ClaimId'),
})

/** A payment run that has not ended has taken a payment of the claim. */
export function isReserved(db: Db, claimId: string): Condition {
  const reserved = db
    .selectFrom('AsyncSchema.Payment as p')
    .select('p.ClaimId')
    // Not a parameter: only then is the index of what is reserved looked through.
    .where('p.State', '=', sql.lit(paymentState.reserved))
  return sql`${sql.ref(claimId)} in ${reserved}`
}

/** Any other task that is not at its end; of those that failed, an answer that was not taken in. */
export const isClaimBusy = (db: Db, claimId: ClaimIdColumn): Condition =>
  sql`(${isBusy(db, claimId, { butFor: 'ARCHIVE-CLAIM' })} or ${isUnderWay(db, claimId, [answer])})`

/** What the payment run would pay: of the claim, or of a top-up. */
function isUnpaid(db: Db): Condition {
  const [status, byBank] = [
    sql.ref('c.Status'),
    sql`coalesce(${sql.ref('c.PaymentMethod')}, '') = ${paidToBank}`,
  ]
  const isApproved = sql`(${status} in (${sql.join(spellings(approved))}) or ${sql.ref('c.DateApproved')} is not null)`
  const topUps = db
    .selectFrom('IntSchema.TopUp as t')
    .select('t.TopUpId')
    .where('t.ClaimId', '=', sql.ref<number>('c.ClaimId'))
    .where('t.PaymentStatus', '=', paymentStatus.pending)
    .where('t.PaymentDate', 'is', null)
  const claimIsOwed = sql`${sql.ref('c.PaymentStatus')} is null and ${isApproved} and ${owed(db)} > 0`
  return sql`(${byBank} and (${claimIsOwed} or exists ${topUps}))`
}

/** In pounds, to the penny: the embedded database adds up in binary. */
function owed(db: Db): RawBuilder<number> {
  const costs = db
    .selectFrom('IntSchema.ClaimExpense as e')
    .select(sql<number>`coalesce(sum(${sql.ref('e.ApprovedCost')}), 0)`.as('sum'))
    .where('e.Reference', '=', sql.ref<string>('c.Reference'))
    .where('e.ClaimId', '=', sql.ref<number>('c.ClaimId'))
    .where('e.Status', 'in', spellings(paidByRun))
  const deductions = db
    .selectFrom('IntSchema.ClaimDeduction as d')
    .select(sql<number>`coalesce(sum(${sql.ref('d.Amount')}), 0)`.as('sum'))
    .where('d.Reference', '=', sql.ref<string>('c.Reference'))
    .where('d.ClaimId', '=', sql.ref<number>('c.ClaimId'))
    .where('d.IsEnabled', '=', true)
  return sql`round(${costs} - ${deductions}, 2)`
}
