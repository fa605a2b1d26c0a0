import { addDays, type LocalDay } from '#shared/clock'
import { pence } from '#shared/database'

/** The first midnight that is too late for a journey `days` days before a day or earlier: the whole of it counts. */
export const journeysBefore = (on: LocalDay, days: number): LocalDay => addDays(on, 1 - days)

/** What was paid for a visit without evidence: its approved costs in pounds, where there are any, added up in pence. */
export const overpaidPence = (approvedCosts: readonly (number | null)[]): number =>
  approvedCosts.reduce<number>((sum, cost) => sum + pence(cost ?? 0), 0)

export const overpaymentReason = (days: number): string => `Evidence not uploaded within ${days} days`
