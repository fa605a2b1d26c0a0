import { describe, expect, it } from 'vitest'
import { surelyCome } from './index.js'

describe('the last wall-clock time that has come for certain', () => {
  // The clocks go back on 2026-10-25 at 01:00 GMT: 01:00 to 02:00 is shown twice.
  it.each([
    ['in winter', '2026-11-20T09:30:00.123Z', '2026-11-20 09:30:00.123'],
    ['in summer', '2026-07-20T09:30:00.123Z', '2026-07-20 10:30:00.123'],
    ['before the hour that is shown twice', '2026-10-24T23:59:59.999Z', '2026-10-25 00:59:59.999'],
    ['while it is shown first', '2026-10-25T00:30:00.000Z', '2026-10-25 00:59:59.999'],
    ['at its first end', '2026-10-25T00:59:59.999Z', '2026-10-25 00:59:59.999'],
    ['while it is shown again', '2026-10-25T01:30:00.000Z', '2026-10-25 01:30:00.000'],
    ['after it', '2026-10-25T02:00:00.000Z', '2026-10-25 02:00:00.000'],
    ['after the hour that is left out', '2027-03-28T01:00:00.000Z', '2027-03-28 02:00:00.000'],
  ])('%s', (_, now, expected) => {
    expect(surelyCome(new Date(now))).toBe(expected)
  })
})
