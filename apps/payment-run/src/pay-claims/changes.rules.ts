import type { Payment } from '../payment.js'
import { asTheBankHasIt, isOwed, whyLeftOut, type DuePayment, type LeftOutReason } from '#shared/payments'

/** What has changed about reserved payments since they were reserved. */
export interface Changes {
  /** To be paid otherwise: another amount, another account, another name. */
  readonly corrected: readonly DuePayment[]
  /** Not to be paid by this run any more. */
  readonly released: readonly { readonly payment: Payment; readonly reason: LeftOutReason }[]
  /** Whole pence, to be added to what the run pays. */
  readonly pence: number
}

/**
 * Compares reserved payments with what is due of them now.
 * @param due of the same kind; those that are due no longer are missing
 */
export function whatChanged(reserved: readonly Payment[], due: readonly DuePayment[]): Changes {
  const byId = new Map(due.map((each) => [each.itemId, each]))
  const corrected: DuePayment[] = []
  const released: Changes['released'][number][] = []
  let pence = 0
  for (const payment of reserved) {
    const now = byId.get(payment.itemId)
    const reason = now && isOwed(now) ? whyLeftOut(now) : 'no-longer-due'
    if (reason !== undefined) {
      released.push({ payment, reason })
      pence -= payment.amount
    } else if (now && !isSame(payment, asTheBankHasIt(now))) {
      corrected.push(asTheBankHasIt(now))
      pence += now.amount - payment.amount
    }
  }
  return { corrected, released, pence }
}

export const isNothing = ({ corrected, released }: Changes): boolean => !corrected.length && !released.length

/** Empty and missing are the same: the files show no difference. */
const isSame = (reserved: Payment, due: DuePayment): boolean =>
  (['sortCode', 'accountNumber', 'nameOnAccount', 'rollNumber', 'country'] as const).every(
    (name) => reserved[name] === (due[name] ?? ''),
  ) &&
  reserved.amount === due.amount &&
  reserved.reference === due.reference
