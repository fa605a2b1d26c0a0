import { describe, expect, it } from 'vitest'
import { journeysBefore, overpaidPence, overpaymentReason } from './mark-overpayments.rules.js'

describe('an overpayment', () => {
  it.each([
    [[], 0],
    [[null], 0],
    [[20, null, 4.5], 2450],
    [[0.1, 0.2], 30],
    [[1.1, 2.2, 3.3], 660],
    [[8.2, 1.15, 999_999.99], 100_000_934],
    [Array.from({ length: 10 }, () => 0.29), 290],
  ])('of %j is %d pence, to the penny', (costs, sum) => {
    expect(overpaidPence(costs)).toBe(sum)
  })

  it.each([
    ['2024-03-13', 10, '2024-03-04'],
    ['2024-04-01', 10, '2024-03-23'],
    ['2024-04-09', 10, '2024-03-31'],
    ['2024-10-28', 1, '2024-10-28'],
    ['2024-03-13', 0, '2024-03-14'],
  ])('on %s, %d days after the journey: journeys before %s', (on, days, before) => {
    expect(journeysBefore(on, days)).toBe(before)
  })

  it('says why, with the days of the setting', () => {
    expect(overpaymentReason(10)).toBe('Evidence not uploaded within 10 days')
  })
})
