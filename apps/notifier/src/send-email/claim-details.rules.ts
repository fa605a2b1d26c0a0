import { sameStatus } from '#shared/claims'
import { textKey } from '#shared/contracts'
import { pence, type Row } from '#shared/database'
import type { NoEmail } from './email.js'

export type ExpenseRow = Pick<
  Row<'IntSchema.ClaimExpense'>,
  'ClaimExpenseId' | 'ExpenseType' | 'Cost' | 'ApprovedCost' | 'Status' | 'From' | 'To' | 'IsReturn'
>
export type DeductionRow = Pick<
  Row<'IntSchema.ClaimDeduction'>,
  'ClaimDeductionId' | 'DeductionType' | 'Amount' | 'IsEnabled'
>

/** What counts of a claim, in the order in which it is shown. */
export interface ClaimItems {
  readonly expenses: readonly ExpenseRow[]
  readonly deductions: readonly DeductionRow[]
}

/** Every expense, enabled or not, as the caseworkers see and approve them; of the deductions the enabled ones. */
export const inOrder = (
  expenses: readonly ExpenseRow[],
  deductions: readonly DeductionRow[],
): ClaimItems => ({
  expenses: expenses.toSorted((a, b) => a.ClaimExpenseId - b.ClaimExpenseId),
  deductions: deductions
    .filter((deduction) => deduction.IsEnabled === true)
    .toSorted((a, b) => a.ClaimDeductionId - b.ClaimDeductionId),
})

/** What is paid out, as "£8.25": what was approved, less the deductions. */
export function approvedAmount({ expenses, deductions }: ClaimItems): string {
  const approved = expenses.reduce((sum, expense) => sum + pence(expense.ApprovedCost ?? 0), 0)
  return sterling(deductions.reduce((sum, deduction) => sum - pence(deduction.Amount), approved))
}

/** The text of `claim_details`: the expenses, and straight after them the deductions; a list without items is empty. */
export function claimDetails({ expenses, deductions }: ClaimItems): string | NoEmail {
  const expenseLines = expenses.map(linesOfExpense)
  if (!allKnown(expenseLines)) return { reject: 'expense-type-unknown' }
  const deductionLines = deductions.map(linesOfDeduction)
  if (!allKnown(deductionLines)) return { reject: 'deduction-type-unknown' }
  return list(['Your claim details'], expenseLines) + list([crlf, 'Deductions'], deductionLines)
}

const crlf = '\r\n'

/** Lines are joined by CRLF, so that a line which is itself a CRLF comes out as two blank ones. */
const list = (title: readonly string[], items: readonly (readonly string[])[]): string =>
  items.length === 0 ? '' : [...title, crlf, ...items.flatMap((lines) => [...lines, crlf]), crlf].join(crlf)

const allKnown = <T>(items: readonly (T | undefined)[]): items is readonly T[] => !items.includes(undefined)

function linesOfExpense(expense: ExpenseRow): readonly string[] | undefined {
  const header = headerOf(expense)
  if (header === undefined) return undefined
  if (expense.Status !== null && sameStatus(expense.Status, 'MANUALLY-PROCESSED')) return [header]
  const claimed = sterling(pence(expense.Cost))
  return [header, `Claimed: ${claimed}`, `Approved: ${sterling(pence(expense.ApprovedCost ?? 0))}`]
}

const journeys = new Map([
  ['car', 'Car journey'],
  ['bus', 'Bus journey'],
  ['train', 'Train journey'],
  ['taxi', 'Taxi journey'],
  ['plane', 'Flight'],
  ['ferry', 'Ferry'],
])

const otherExpenses = new Map([
  ['toll', 'Toll'],
  ['parking', 'Parking Charge'],
  ['parking charge', 'Parking Charge'],
  ['hire', 'Car hire'],
  ['car hire', 'Car hire'],
  ['refreshment', 'Light Refreshment'],
  ['accommodation', 'Accommodation'],
])

/** Undefined for a type nobody knows. */
function headerOf({ ExpenseType, From, To, IsReturn }: ExpenseRow): string | undefined {
  const type = textKey(ExpenseType)
  const journey = journeys.get(type)
  if (journey === undefined) return otherExpenses.get(type)
  // The template expects the space at the end, also where nothing follows it.
  return `${journey} - ${From ?? ''} to ${To ?? ''} ${IsReturn === true ? ' - Return' : ''}`
}

const deductionTypes = new Map([
  ['hc3', 'HC3'],
  ['overpayment', 'Overpayment'],
])

function linesOfDeduction({ DeductionType, Amount }: DeductionRow): readonly string[] | undefined {
  const type = deductionTypes.get(textKey(DeductionType))
  return type === undefined ? undefined : [`Type: ${type}`, `Amount: ${sterling(pence(Amount))}`]
}

/** Whole pence as "£12.00"; below zero as "£-0.50". */
function sterling(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0')
  return `£${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
