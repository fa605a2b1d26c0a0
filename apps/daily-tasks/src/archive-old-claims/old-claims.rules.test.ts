import { describe, expect, it } from 'vitest'
import { daysBefore } from './old-claims.rules.js'

describe('the time from which a claim is old', () => {
  it.each([
    ['2024-03-13 11:30:00.999', 365, '2023-03-14 11:30:00'],
    ['2023-03-13 11:30:00.000', 365, '2022-03-13 11:30:00'],
    ['2024-07-01 00:00:00.000', 1, '2024-06-30 00:00:00'],
    // Over both changes of the clocks: the same time of day.
    ['2024-11-01 09:00:00.123', 30, '2024-10-02 09:00:00'],
    ['2024-04-01 09:00:00.123', 30, '2024-03-02 09:00:00'],
    ['2024-03-13 11:30:00.000', 0, '2024-03-13 11:30:00'],
  ])('%s, %i days: before %s', (time, days, expected) => {
    expect(daysBefore(time, days)).toBe(expected)
  })
})
