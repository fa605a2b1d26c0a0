import { Injectable } from '@nestjs/common'
import { claimStatus, expenseStatus, spellings } from '../../claims/index.js'
import { DatabaseConnection } from '../../database/index.js'
import { pageSize } from '../../jobs/index.js'
import { claimsWithBankDetails, lostPaymentOf, reservationOf } from './claims-with-bank-details.js'
import { claimAmounts, type ClaimAmounts, type DuePayment } from './payable.rules.js'

const approvedClaim = spellings([claimStatus.approved, claimStatus.autoApproved])
const approvedExpense = spellings(Object.values(expenseStatus))

type FoundClaim = Omit<DuePayment, 'kind' | 'itemId' | 'amount'>
export type DueClaim = DuePayment & Pick<ClaimAmounts, 'total' | 'manuallyProcessed'>

/** Approved claims that have not been paid. Domain: `daily-and-payments.md`, "Payment run". */
@Injectable()
export class ClaimsDue {
  constructor(protected readonly connection: DatabaseConnection) {}

  /** The next page after a `ClaimId`, with what each comes to. */
  async read(after: number): Promise<DueClaim[]> {
    return this.withAmounts(await this.connection.dialect.first(this.claimsAfter(after), pageSize).execute())
  }

  /** What is due now of claims that a run has reserved: at most a page. */
  async stillDue(claimIds: readonly number[]): Promise<DueClaim[]> {
    return this.withAmounts(await this.due().where('c.ClaimId', 'in', claimIds).execute())
  }

  private async withAmounts(claims: readonly FoundClaim[]): Promise<DueClaim[]> {
    if (!claims.length) return []
    const expenses = byClaim(await this.approvedExpenses(claims))
    const deductions = byClaim(await this.enabledDeductions(claims))
    return claims.map((claim) => {
      const { claimId } = claim
      const amounts = claimAmounts(expenses.get(claimId) ?? [], deductions.get(claimId) ?? [])
      return { kind: 'claim', itemId: claimId, amount: amounts.payment, ...claim, ...amounts }
    })
  }

  private claimsAfter(after: number) {
    return this.due()
      .where('c.ClaimId', '>', after)
      .where((where) => where.not(where.exists(reservationOf(this.connection.db, 'claim', 'c.ClaimId'))))
      .orderBy('c.ClaimId')
  }

  private due() {
    const { db } = this.connection
    return claimsWithBankDetails(db)
      .select(lostPaymentOf(db, 'claim', 'c.ClaimId').as('lostPaymentId'))
      .where('c.PaymentStatus', 'is', null)
      .where((is) => is.or([is('c.Status', 'in', approvedClaim), is('c.DateApproved', 'is not', null)]))
      .where((where) =>
        where.exists(
          where
            .selectFrom('IntSchema.ClaimExpense as e')
            .select('e.ClaimExpenseId')
            .whereRef('e.Reference', '=', 'c.Reference')
            .whereRef('e.ClaimId', '=', 'c.ClaimId')
            .where('e.Status', 'in', approvedExpense),
        ),
      )
  }

  /** Superseded ones, too: the caseworkers' screens show and approve them all. */
  private approvedExpenses(claims: readonly FoundClaim[]) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimExpense')
      .select(['ClaimId', 'ApprovedCost', 'Status'])
      .where('Reference', 'in', referencesOf(claims))
      .where('ClaimId', 'in', idsOf(claims))
      .where('Status', 'in', approvedExpense)
      .execute()
  }

  private enabledDeductions(claims: readonly FoundClaim[]) {
    return this.connection.db
      .selectFrom('IntSchema.ClaimDeduction')
      .select(['ClaimId', 'Amount'])
      .where('Reference', 'in', referencesOf(claims))
      .where('ClaimId', 'in', idsOf(claims))
      .where('IsEnabled', '=', true)
      .execute()
  }
}

/** The reference finds the rows, for it is indexed everywhere; the ids choose among them. */
const referencesOf = (claims: readonly FoundClaim[]) => [...new Set(claims.map(({ reference }) => reference))]
const idsOf = (claims: readonly FoundClaim[]) => claims.map(({ claimId }) => claimId)

function byClaim<R extends { readonly ClaimId: number }>(rows: readonly R[]): Map<number, R[]> {
  const map = new Map<number, R[]>()
  for (const row of rows) {
    const others = map.get(row.ClaimId)
    if (others) others.push(row)
    else map.set(row.ClaimId, [row])
  }
  return map
}
