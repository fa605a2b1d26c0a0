import { describe, expect, it } from 'vitest'
import { costOf, journeysToCost, ratePerMile, type ExpenseRow } from './journey-costs.rules.js'

const places = {
  ...{ visitorPostCode: 'M98 2WW', visitorCountry: 'England' },
  ...{ nameOfPrison: 'altcourse', prisonPostCode: 'L9 7LH' },
}
const expense = (columns: Partial<ExpenseRow>): ExpenseRow => ({
  ClaimExpenseId: 1,
  ExpenseType: 'car',
  Cost: 0,
  From: 'Mancaster',
  To: 'altcourse',
  FromPostCode: null,
  ToPostCode: null,
  ...columns,
})
const journey = { claimExpenseId: 1, from: 'M98 2WW', to: 'L9 7LH' }

describe('the journeys that are costed', () => {
  it.each([
    ['from home to the prison', {}, [journey]],
    ['whatever the case of the names', { ExpenseType: 'Car', To: 'ALTCOURSE' }, [journey]],
    ['from elsewhere', { FromPostCode: 'CH99 5EE' }, [{ ...journey, from: 'CH99 5EE' }]],
    ['to elsewhere', { To: 'court', ToPostCode: 'CH99 5EE' }, [{ ...journey, to: 'CH99 5EE' }]],
    ['to a place that is not the prison', { To: 'court' }, []],
    ['to nowhere', { To: null }, []],
    ['with a cost', { Cost: 0.01 }, []],
    ['not by car', { ExpenseType: 'toll' }, []],
  ])('%s', (_, columns, journeys) => {
    expect(journeysToCost([expense(columns)], places)).toEqual(journeys)
  })

  it('leaves out what has no start or an unknown prison', () => {
    expect(journeysToCost([expense({})], { ...places, visitorPostCode: ' ' })).toEqual([])
    expect(
      journeysToCost([expense({ To: 'nowhere' })], {
        ...places,
        nameOfPrison: 'nowhere',
        prisonPostCode: '',
      }),
    ).toEqual([])
  })
})

describe('the cost of a journey', () => {
  it.each([
    ['of the worked example', 55_555, 20, { distance: 69_04, cost: 13_81 }],
    ['of its second journey', 31_234, 20, { distance: 38_82, cost: 7_76 }],
    ['of no length', 0, 20, { distance: 0, cost: 0 }],
    ['without a route', undefined, 20, { distance: 0, cost: 0 }],
    ['just within the most miles', 1_206_999, 20, { distance: 1499_99, cost: 300_00 }],
    ['over the most miles', 1_207_010, 20, { distance: 1500_00, cost: 0 }],
  ])('%s', (_, metres, perMile, expected) => {
    expect(costOf(journey, metres, perMile, 1500)).toEqual({ ...journey, ...expected })
  })

  it('is rounded half up once, from the exact miles', () => {
    // 0.621371 miles × 2 × 1 km × 40 p = 49.70968 p; at 30 p 37.28226 p.
    expect(costOf(journey, 1_000, 40, 1500).cost).toBe(50)
    expect(costOf(journey, 1_000, 30, 1500).cost).toBe(37)
  })
})

describe('the rate', () => {
  it.each([
    ['England', 20],
    ['wales', 20],
    ['Scotland', 30],
    ['Northern Ireland', 30],
    ['', 30],
  ])('%s', (country, rate) => {
    expect(ratePerMile(country, { perMile: 30, perMileEnglandAndWales: 20 })).toBe(rate)
  })
})
