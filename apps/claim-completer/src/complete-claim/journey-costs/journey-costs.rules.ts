import { sameText } from '#shared/contracts'
import { pence, type Row } from '#shared/database'

export type ExpenseRow = Pick<
  Row<'ExtSchema.ClaimExpense'>,
  'ClaimExpenseId' | 'ExpenseType' | 'Cost' | 'From' | 'To' | 'FromPostCode' | 'ToPostCode'
>

/** What costing needs to know of the claim beside its expenses. */
export interface JourneyPlaces {
  readonly visitorPostCode: string
  readonly visitorCountry: string
  /** As stored. */
  readonly nameOfPrison: string
  /** Empty where nobody knows it. */
  readonly prisonPostCode: string
}

/** A car journey that is to be costed. */
export interface Journey {
  readonly claimExpenseId: number
  readonly from: string
  readonly to: string
}

/** What costing an expense stores. */
export interface JourneyCost extends Journey {
  /** There and back, in hundredths of a mile. */
  readonly distance: number
  /** Whole pence. */
  readonly cost: number
}

export interface CostRates {
  /** Whole pence. */
  readonly perMile: number
  /** Whole pence, for visitors from England and Wales. */
  readonly perMileEnglandAndWales: number
}

/** The journeys of a claim that have no cost yet and whose two ends are known. Domain: "Journey costs". */
export function journeysToCost(expenses: readonly ExpenseRow[], places: JourneyPlaces): Journey[] {
  return expenses
    .filter(({ ExpenseType, Cost }) => sameText(ExpenseType, 'car') && pence(Cost) === 0)
    .flatMap((expense) => {
      const from = expense.FromPostCode?.trim() || places.visitorPostCode.trim()
      const to = expense.ToPostCode?.trim() || postCodeOfPrison(expense, places)
      return from && to ? [{ claimExpenseId: expense.ClaimExpenseId, from, to }] : []
    })
}

/** @param metres one way; undefined where there is no route */
export function costOf(
  journey: Journey,
  metres: number | undefined,
  perMile: number,
  maxMiles: number,
): JourneyCost {
  if (metres === undefined) return { ...journey, distance: 0, cost: 0 }
  // Miles there and back = metres / 1000 × 2 × 0.621371, here in units of 10⁻⁹ so that nothing is rounded early.
  const miles = BigInt(Math.round(metres)) * 1_242_742n
  const tooFar = miles > BigInt(maxMiles) * unit
  return {
    ...journey,
    distance: Number(roundHalfUp(miles * 100n)),
    cost: tooFar ? 0 : Number(roundHalfUp(miles * BigInt(perMile))),
  }
}

/** The rate in whole pence by where the visitor lives. */
export const ratePerMile = (country: string, rates: CostRates): number =>
  sameText(country, 'England') || sameText(country, 'Wales') ? rates.perMileEnglandAndWales : rates.perMile

const unit = 1_000_000_000n
const roundHalfUp = (value: bigint): bigint => (value * 2n + unit) / (unit * 2n)

/** Only for a journey to the prison itself. */
function postCodeOfPrison(
  { To }: ExpenseRow,
  { nameOfPrison, prisonPostCode }: JourneyPlaces,
): string | undefined {
  return To !== null && sameText(To, nameOfPrison) ? prisonPostCode : undefined
}
