import { describe, expect, it } from 'vitest'
import { duration } from './day-of-jobs.text.js'

describe('how long it took', () => {
  it.each([
    [null, null],
    [0, '0.0 s'],
    [1_250, '1.2 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min 0 s'],
    [3_599_999, '59 min 59 s'],
    [3_600_000, '1 h 0 min'],
    [90_000_000, '25 h 0 min'],
  ])('%s ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})
