import { describe, expect, it } from 'vitest'
import { cutOff } from './cut-off.js'

describe('the cut-off', () => {
  it.each([
    ['2024-03-13', '2024-03-13 04:30:07.999', 30, '2024-02-12 04:30:07'],
    ['2024-03-13', '2024-03-14 00:10:00.000', 1, '2024-03-12 00:10:00'],
    ['2024-04-10', '2024-04-10 01:30:00.500', 10, '2024-03-31 01:30:00'],
    ['2024-03-01', '2024-03-01 04:30:00', 1, '2024-02-29 04:30:00'],
    ['2024-03-13', '2024-03-13 04:30:00.000', 0, '2024-03-13 04:30:00'],
  ])('of a run for %s that began at %s, %i days back, is %s', (date, started, days, expected) => {
    expect(cutOff({ date, started }, days)).toBe(expected)
  })
})
