import { textKey } from '#shared/contracts'

/** Adds up a whole number of each expense by expense type. */
export function sumByType<Expense extends { readonly ExpenseType: string }>(
  expenses: readonly Expense[],
  valueOf: (expense: Expense) => number,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const expense of expenses) {
    const type = textKey(expense.ExpenseType)
    sums.set(type, (sums.get(type) ?? 0) + valueOf(expense))
  }
  return sums
}
