import { expenseStatus, sameStatus } from '../../claims/index.js'
import { paidByALostRun } from '../../contracts/index.js'
import { pence } from '../../database/index.js'

/** A claim or a top-up that may be paid, with what there is to pay it with. Bank data. */
export interface DuePayment {
  readonly kind: 'claim' | 'top-up'
  /** `ClaimId` or `TopUpId`. */
  readonly itemId: number
  readonly claimId: number
  readonly reference: string
  /** Whole pence. */
  readonly amount: number
  readonly sortCode: string | null
  readonly accountNumber: string | null
  readonly nameOnAccount: string | null
  readonly rollNumber: string | null
  readonly country: string | null
  /** The payment of a run that the database had lost, and that could not be marked; null if there is none. */
  readonly lostPaymentId: number | null
}

/** Why a payment needs somebody's attention. */
export type LeftOutReason =
  | 'amount-unreadable'
  | 'amount-not-positive'
  | 'amount-does-not-fit'
  | 'sort-code-missing'
  | 'sort-code-malformed'
  | 'account-number-missing'
  | 'account-number-malformed'
  | 'bank-detail-has-control-characters'
  | 'name-has-control-characters'
  | 'reference-has-control-characters'
  | 'country-has-control-characters'
  | 'no-longer-due'
  | typeof paidByALostRun

/** Whole pence that a money column holds, above or below nought: the bank file would take a hundred times as much. */
export const largestAmount = 99_999_999

/** Whole pence. */
export interface ClaimAmounts {
  readonly total: number
  /** Undefined if no expense was paid in another way. */
  readonly manuallyProcessed: number | undefined
  readonly payment: number
}

interface ApprovedExpense {
  readonly ApprovedCost: number | null
  readonly Status: string | null
}

/** What a claim comes to, of its approved expenses and enabled deductions. Domain: `daily-and-payments.md`, "Payment run". */
export function claimAmounts(
  expenses: readonly ApprovedExpense[],
  deductions: readonly { readonly Amount: number }[],
): ClaimAmounts {
  const manual = expenses.filter(({ Status }) => sameStatus(Status ?? '', expenseStatus.manuallyProcessed))
  const manuallyProcessed = manual.length ? approved(manual) : undefined
  const total = approved(expenses) - sum(deductions.map(({ Amount }) => pence(Amount)))
  return { total, manuallyProcessed, payment: total - (manuallyProcessed ?? 0) }
}

const approved = (expenses: readonly ApprovedExpense[]): number =>
  sum(expenses.map(({ ApprovedCost }) => pence(ApprovedCost ?? 0)))

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/**
 * Nothing is owed on a claim that comes to nought or less, and nobody needs to look at it; a top-up is meant to be paid. What
 * is no amount is not known to be nothing.
 */
export const isOwed = ({ kind, amount }: DuePayment): boolean => kind === 'top-up' || !(amount <= 0)

/** A payment with its sort code and account number as the bank's file has them: without spaces and hyphens. */
export const asTheBankHasIt = <Due extends DuePayment>(due: Due): Due => ({
  ...due,
  sortCode: withoutGaps(due.sortCode),
  accountNumber: withoutGaps(due.accountNumber),
})

const withoutGaps = (text: string | null): string | null => text?.replace(/[ -]/g, '') ?? null

/** Why a payment cannot be made; undefined if it can, `asTheBankHasIt`. */
export function whyLeftOut(due: DuePayment): LeftOutReason | undefined {
  if (due.lostPaymentId !== null) return paidByALostRun
  if (Number.isNaN(due.amount)) return 'amount-unreadable'
  if (due.amount <= 0) return 'amount-not-positive'
  if (due.amount > largestAmount) return 'amount-does-not-fit'
  if (!due.sortCode?.trim()) return 'sort-code-missing'
  if (!due.accountNumber?.trim()) return 'account-number-missing'
  if ([due.sortCode, due.accountNumber, due.rollNumber].some(hasControls))
    return 'bank-detail-has-control-characters'
  const { sortCode, accountNumber } = asTheBankHasIt(due)
  if (!/^[0-9]{6}$/.test(sortCode ?? '')) return 'sort-code-malformed'
  if (!/^[0-9]{8}$/.test(accountNumber ?? '')) return 'account-number-malformed'
  if (hasControls(due.nameOnAccount)) return 'name-has-control-characters'
  if (hasControls(due.reference)) return 'reference-has-control-characters'
  return hasControls(due.country) ? 'country-has-control-characters' : undefined
}

/**
 * Of the line breaks and control characters a bank's reader may end a line at, or worse; of those that nobody sees, and
 * of halves of characters, which no file holds.
 */
const hasControls = (text: string | null): boolean => /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(text ?? '')
