import { Injectable } from '@nestjs/common'
import { paymentState } from '#shared/contracts'
import { DatabaseConnection, pence, type NewRow } from '#shared/database'
import { TemporaryFailure } from '#shared/messaging'
import type { Payment, PaymentFiles } from '../payment.js'
import type { Changes } from './changes.rules.js'
import type { DuePayment, LeftOutReason } from '#shared/payments'
import type { PaymentRun, Step } from './payment-runs.repository.js'

/** Whole pence. */
export interface ClaimTotals {
  readonly total: number | null
  readonly manual: number | null
}

export interface LeftOutPayment {
  readonly payment: DuePayment
  readonly reason: LeftOutReason
}

/** What an `int` holds: of an amount that is larger, nobody needs the last digit. */
const largestInt = 2_147_483_647

/** The payments of the runs: `AsyncSchema.Payment`. Bank data is here until it is settled. */
@Injectable()
export class Payments {
  constructor(private readonly connection: DatabaseConnection) {}

  /**
   * Takes payments for a run, and writes down what it leaves out: at most a page of both.
   * @throws a duplicate key if another run has one of them
   */
  async reserve(
    { db }: Step,
    run: PaymentRun,
    payable: readonly DuePayment[],
    leftOut: readonly LeftOutPayment[],
  ): Promise<void> {
    const rows = [
      ...payable.map((payment) => payableRow(run, payment)),
      ...leftOut.map((left) => leftOutRow(run, left)),
    ]
    if (rows.length) await db.insertInto('AsyncSchema.Payment').values(rows).execute()
  }

  /**
   * Takes over what has changed about reserved payments.
   * @throws TemporaryFailure if one is not reserved by the run any more
   */
  async change({ db }: Step, { RunId }: PaymentRun, { corrected, released }: Changes): Promise<void> {
    const columns = [
      ...corrected.map((payment) => [payment, correctedColumns(payment)] as const),
      ...released.map(({ payment, reason }) => [payment, releasedColumns(reason)] as const),
    ]
    for (const [{ kind, itemId }, values] of columns) {
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.Payment')
        .set(values)
        .where('RunId', '=', RunId)
        .where('Kind', '=', kind)
        .where('ItemId', '=', itemId)
        .where('State', '=', paymentState.reserved)
        .executeTakeFirst()
      if (!numUpdatedRows) throw new TemporaryFailure('payments-changed')
    }
  }

  /** What was stored as the totals of the claims a run has reserved, by claim, in pence. */
  async totalsOfClaims({ RunId }: PaymentRun): Promise<ReadonlyMap<number, ClaimTotals>> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.Payment as p')
      .innerJoin('IntSchema.Claim as c', 'c.ClaimId', 'p.ItemId')
      .select(['c.ClaimId as claimId', 'c.TotalAmount as total', 'c.ManuallyProcessedAmount as manual'])
      .where('p.RunId', '=', RunId)
      .where('p.Kind', '=', 'claim')
      .where('p.State', '=', paymentState.reserved)
      .execute()
    return new Map(
      rows.map(({ claimId, total, manual }) => [claimId, { total: inPence(total), manual: inPence(manual) }]),
    )
  }

  /** Every payment a run has reserved, as it was when it was reserved. */
  reservedBy({ RunId }: PaymentRun): Promise<Payment[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.Payment')
      .select(['Kind as kind', 'ItemId as itemId', 'ClaimId as claimId', 'Reference as reference'])
      .select('Amount as amount')
      .select((of) => [
        of.fn.coalesce('SortCode', of.val('')).as('sortCode'),
        of.fn.coalesce('AccountNumber', of.val('')).as('accountNumber'),
        of.fn.coalesce('NameOnAccount', of.val('')).as('nameOnAccount'),
        of.fn.coalesce('RollNumber', of.val('')).as('rollNumber'),
        of.fn.coalesce('Country', of.val('')).as('country'),
      ])
      .where('RunId', '=', RunId)
      .where('State', '=', paymentState.reserved)
      .$narrowType<{ kind: Payment['kind'] }>()
      .execute()
  }

  /** The rows by which the web app finds the files. */
  async recordFiles({ db, now }: Step, files: PaymentFiles): Promise<void> {
    const rows = [files.bank, files.unit, files.journal].map(({ type, path }) => ({
      FileType: type,
      Filepath: path,
      DateCreated: now,
      IsEnabled: true,
    }))
    await db.insertInto('IntSchema.DirectPaymentFile').values(rows).execute()
  }
}

type PaymentRow = NewRow<'AsyncSchema.Payment'>

const inPence = (pounds: number | null): number | null => (pounds === null ? null : pence(pounds))

/** What may change of a reserved payment. */
const correctedColumns = (payment: DuePayment) => ({
  ...{ Amount: payment.amount, Reference: payment.reference, Country: payment.country },
  ...{ SortCode: payment.sortCode, AccountNumber: payment.accountNumber },
  ...{ NameOnAccount: payment.nameOnAccount, RollNumber: payment.rollNumber },
})

const releasedColumns = (reason: LeftOutReason) => ({
  ...{ State: paymentState.leftOut, Reason: reason, Country: null },
  ...{ SortCode: null, AccountNumber: null, NameOnAccount: null, RollNumber: null },
})

/** Both kinds of row have the same columns, for one statement inserts them. */
function payableRow({ RunId }: PaymentRun, payment: DuePayment): PaymentRow {
  const { kind, itemId, claimId, reference, amount } = payment
  return {
    ...{ RunId, Kind: kind, ItemId: itemId, ClaimId: claimId, Reference: reference, Amount: amount },
    SortCode: payment.sortCode,
    AccountNumber: payment.accountNumber,
    NameOnAccount: payment.nameOnAccount,
    RollNumber: payment.rollNumber,
    Country: payment.country,
    State: paymentState.reserved,
    Reason: null,
  }
}

const storable = (amount: number): number => (Number.isNaN(amount) ? 0 : Math.min(amount, largestInt))

const nobodysBank = {
  sortCode: null,
  accountNumber: null,
  nameOnAccount: null,
  rollNumber: null,
  country: null,
}

const leftOutRow = (run: PaymentRun, { payment, reason }: LeftOutPayment): PaymentRow => ({
  ...payableRow(run, { ...payment, ...nobodysBank, amount: storable(payment.amount) }),
  State: paymentState.leftOut,
  Reason: reason,
})
