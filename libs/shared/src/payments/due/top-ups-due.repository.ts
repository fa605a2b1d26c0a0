import { Injectable } from '@nestjs/common'
import { paymentStatus } from '../../claims/index.js'
import { DatabaseConnection, pence } from '../../database/index.js'
import { pageSize } from '../../jobs/index.js'
import { claimsWithBankDetails, lostPaymentOf, reservationOf } from './claims-with-bank-details.js'
import type { DuePayment } from './payable.rules.js'

/** Top-ups that have not been paid, each a payment of its own. Domain: `daily-and-payments.md`, "Payment run". */
@Injectable()
export class TopUpsDue {
  constructor(protected readonly connection: DatabaseConnection) {}

  /** The next page after a `TopUpId`. */
  async read(after: number): Promise<DuePayment[]> {
    const { db, dialect } = this.connection
    const query = this.due()
      .where('t.TopUpId', '>', after)
      .where((where) => where.not(where.exists(reservationOf(db, 'top-up', 't.TopUpId'))))
      .orderBy('t.TopUpId')
    return (await dialect.first(query, pageSize).execute()).map(withPence)
  }

  /** What is due now of top-ups that a run has reserved: at most a page. */
  async stillDue(topUpIds: readonly number[]): Promise<DuePayment[]> {
    return (await this.due().where('t.TopUpId', 'in', topUpIds).execute()).map(withPence)
  }

  private due() {
    const { db } = this.connection
    return claimsWithBankDetails(db)
      .innerJoin('IntSchema.TopUp as t', 't.ClaimId', 'c.ClaimId')
      .select(lostPaymentOf(db, 'top-up', 't.TopUpId').as('lostPaymentId'))
      .select(['t.TopUpId as itemId', 't.TopUpAmount as pounds'])
      .where('t.PaymentStatus', '=', paymentStatus.pending)
      .where('t.PaymentDate', 'is', null)
  }
}

type FoundTopUp = Omit<DuePayment, 'kind' | 'amount'> & { readonly pounds: number }

const withPence = ({ pounds, ...topUp }: FoundTopUp): DuePayment => ({
  ...{ kind: 'top-up', ...topUp, amount: pence(pounds) },
})
