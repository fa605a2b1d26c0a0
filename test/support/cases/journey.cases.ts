import type { ClaimCase } from '../claim-cases.js'
import { approved, migrated, migratedInto } from '../claim-ends.js'
import { firstTimeClaim, ofClaim, rowId, settledClaimant, submittedClaim } from '../claim-rows.js'
import { add, both, edit, merge, remove, set, type Row } from '../row-sets.js'

/** Metres one way, or what is wrong, by where the journey starts: the directions API's answers. */
export const routes = {
  'CA91 1AA': { metres: 31_234 },
  'CA91 2AA': { status: 'ZERO_RESULTS' },
  'CA91 3AA': { metres: 2_000_000 },
  'CA91 4AA': { status: 'OVER_QUERY_LIMIT' },
} as const
/** The API answers 503 to whoever starts here. */
export const unansweredOrigin = 'CA91 5AA'

interface CarCase {
  readonly columns: Row
  /** What costing stores; absent where it leaves the expense alone. */
  readonly stored?: Row
}

const none = { ToPostCode: 'L9 7LH', Distance: 0, Cost: 0 }
const thirtyKilometres = { FromPostCode: 'CA99 4QT', ToPostCode: 'L9 7LH', Distance: 37.28 }

/** A claim whose car journeys end up as said. */
function journeys(n: number, about: string, cars: readonly CarCase[], claim = firstTimeClaim(n)): ClaimCase {
  const car = {
    ...ofClaim(n),
    ExpenseType: 'car',
    Cost: 0,
    IsEnabled: true,
    From: 'Glasbrae',
    To: 'altcourse',
  }
  const row = (index: number, { columns }: CarCase) => ({
    ClaimExpenseId: rowId.expense(n, index + 1),
    ...car,
    ...columns,
  })
  const given = edit(claim, {
    'ExtSchema.ClaimExpense': both(remove(), add(...cars.map((each, index) => row(index, each)))),
    'ExtSchema.ClaimDocument': set({ ClaimExpenseId: null }),
  })
  const expected = edit(migrated(n, given), {
    'IntSchema.ClaimExpense': both(
      ...cars.map(({ stored }, index) => set(stored ?? {}, { ClaimExpenseId: rowId.expense(n, index + 1) })),
      remove({ IsEnabled: false }),
    ),
  })
  return { about, given, expected }
}

const livingIn = (n: number, Country: string) =>
  edit(firstTimeClaim(n), { 'ExtSchema.Visitor': set({ Country }) })
const visiting = (n: number, NameOfPrison: string) =>
  edit(firstTimeClaim(n), { 'ExtSchema.Prisoner': set({ NameOfPrison }) })

/** Its cost is found before the decision: as much as was approved the last time. */
function repeatByCar(n: number): ClaimCase {
  const [first, second] = [{ ClaimExpenseId: rowId.expense(n, 1) }, { ClaimExpenseId: rowId.expense(n, 2) }]
  const settled = edit(settledClaimant(n), {
    'IntSchema.ClaimExpense': set({ ExpenseType: 'car', ApprovedCost: 7.46 }, { ExpenseType: 'train' }),
  })
  const claim = edit(submittedClaim(n, 'repeat'), {
    'ExtSchema.ClaimExpense': both(set({ ExpenseType: 'car', Cost: 0 }, first), remove(second)),
  })
  const costed = edit(migratedInto(n, settled, claim), {
    'IntSchema.ClaimExpense': set({ ...thirtyKilometres, Cost: 7.46 }, first),
  })
  return {
    about: 'car journey of a repeat claim, costed and then approved in hours',
    given: merge(settled, claim),
    expected: approved(n, costed),
  }
}

export const journeyCases: readonly ClaimCase[] = [
  journeys(31, 'car journeys from home and from elsewhere, at the rate for England and Wales', [
    { columns: {}, stored: { ...thirtyKilometres, Cost: 7.46 } },
    {
      columns: { FromPostCode: 'CA91 1AA' },
      stored: { ToPostCode: 'L9 7LH', Distance: 38.82, Cost: 7.76 },
    },
    {
      columns: { To: 'Elsewhere', ToPostCode: 'CA92 9ZZ' },
      stored: { FromPostCode: 'CA99 4QT', Distance: 37.28, Cost: 7.46 },
    },
  ]),
  journeys(
    32,
    'car journey of a visitor from Wales',
    [{ columns: {}, stored: { ...thirtyKilometres, Cost: 7.46 } }],
    livingIn(32, 'Wales'),
  ),
  journeys(
    33,
    "car journey of a visitor from Scotland, at the configuration's rate",
    [{ columns: {}, stored: { ...thirtyKilometres, Cost: 16.78 } }],
    livingIn(33, 'Scotland'),
  ),
  journeys(34, 'car journeys without a route, too long, or whose route nobody tells', [
    { columns: { FromPostCode: 'CA91 2AA' }, stored: none },
    { columns: { FromPostCode: 'CA91 3AA' }, stored: { ...none, Distance: 2485.48 } },
    { columns: { FromPostCode: 'CA91 4AA' }, stored: none },
    { columns: { FromPostCode: unansweredOrigin }, stored: none },
  ]),
  journeys(35, 'expenses that are not costed: not to the prison, costed before, not by car, disabled', [
    { columns: { To: 'Glasbrae Station' } },
    { columns: { Cost: 12.34 } },
    { columns: { ExpenseType: 'taxi' } },
    { columns: { IsEnabled: false } },
  ]),
  journeys(
    36,
    'car journey to a prison without a postcode',
    [{ columns: { To: 'la-moye' } }],
    visiting(36, 'la-moye'),
  ),
  journeys(
    37,
    'car journey to a prison that is on no list',
    [{ columns: { To: 'elba' } }],
    visiting(37, 'elba'),
  ),
  repeatByCar(38),
]
