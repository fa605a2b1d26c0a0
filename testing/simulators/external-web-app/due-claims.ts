import { addDays, dayOf, type LocalTime } from '#shared/clock'
import type { DatabaseConnection } from '#shared/database'
import { midnight } from './draft.js'
import { insertAll, referenceOf, visitor, type RowSets } from './old-data.js'
import { visitorOf } from './people.js'

export interface DueClaims {
  readonly claims: number
  readonly now: LocalTime
}

/** What a payment run has to come to. Amounts in whole pence. */
export interface DueTotals {
  readonly claims: number
  readonly topUps: number
  readonly pence: number
}

const deduction = 250
const topUp = 175

/** Every tenth. */
const hasDeduction = (number: number): boolean => number % 10 === 0
const hasTopUp = (number: number): boolean => number % 10 === 5
const approvedCost = (number: number): number => 1_000 + ((number * 37) % 9_000)

/**
 * Fills the internal schema with approved claims that wait to be paid to a bank: an expense each, a tenth of them with
 * a deduction, a tenth with a top-up. To be done once for a database.
 */
export async function insertDueClaims(
  connection: DatabaseConnection,
  { claims, now }: DueClaims,
): Promise<DueTotals> {
  const when = midnight(addDays(dayOf(now), -1))
  await insertAll(connection, 1, claims, (numbers) => rowsOf(numbers, when))
  const totals = { claims, topUps: 0, pence: 0 }
  for (let number = 1; number <= claims; number++) {
    totals.pence += approvedCost(number) - (hasDeduction(number) ? deduction : 0)
    if (!hasTopUp(number)) continue
    totals.topUps++
    totals.pence += topUp
  }
  return totals
}

function rowsOf(numbers: readonly number[], when: LocalTime): RowSets {
  const key = (number: number) => ({ EligibilityId: number, Reference: referenceOf(number) })
  const claimKey = (number: number) => ({ ...key(number), ClaimId: number })
  const dates = { DateCreated: when, DateSubmitted: when }
  return {
    'IntSchema.Eligibility': numbers.map((number) => ({ ...key(number), Status: 'NEW', ...dates })),
    'IntSchema.Visitor': numbers.map((number) => ({ VisitorId: number, ...key(number), ...visitor(number) })),
    'IntSchema.Claim': numbers.map((number) => ({
      ...claimKey(number),
      ...{ ClaimType: 'repeat', Status: 'APPROVED', IsAdvanceClaim: false, PaymentMethod: 'bank' },
      ...{ DateOfJourney: when, ...dates, DateApproved: when, LastUpdated: when },
    })),
    'IntSchema.ClaimExpense': numbers.map((number) => ({
      ...{ ClaimExpenseId: number, ...claimKey(number), ExpenseType: 'train', Status: 'APPROVED' },
      ...{ Cost: approvedCost(number) / 100, ApprovedCost: approvedCost(number) / 100, IsEnabled: true },
    })),
    'IntSchema.ClaimBankDetail': numbers.map((number) => ({
      ...{ ClaimBankDetailId: number, ...claimKey(number), NameOnAccount: visitorOf(number).lastName },
      ...{ AccountNumber: String(number).padStart(8, '0'), SortCode: '001122' },
    })),
    'IntSchema.ClaimDeduction': numbers.filter(hasDeduction).map((number) => ({
      ...{ ...claimKey(number), DeductionType: 'hc3', Amount: deduction / 100, IsEnabled: true },
    })),
    'IntSchema.TopUp': numbers.filter(hasTopUp).map((number) => ({
      ...{ ClaimId: number, PaymentStatus: 'PENDING', Caseworker: 'caseworker@example.com' },
      ...{ Reason: 'A ticket was dearer', TopUpAmount: topUp / 100, DateAdded: when },
    })),
  }
}
