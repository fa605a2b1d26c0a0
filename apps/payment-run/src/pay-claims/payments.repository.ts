import { Injectable } from '@nestjs/common'
import { paymentState } from '#shared/contracts'
import { DatabaseConnection, type NewRow } from '#shared/database'
import type { Payment, PaymentFiles } from '../payment.js'
import type { DuePayment, LeftOutReason } from './payable.rules.js'
import type { PaymentRun, Step } from './payment-runs.repository.js'

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

const nobodysBank = {
  sortCode: null,
  accountNumber: null,
  nameOnAccount: null,
  rollNumber: null,
  country: null,
}

const leftOutRow = (run: PaymentRun, { payment, reason }: LeftOutPayment): PaymentRow => ({
  ...payableRow(run, { ...payment, ...nobodysBank, amount: Math.min(payment.amount, largestInt) }),
  State: paymentState.leftOut,
  Reason: reason,
})
