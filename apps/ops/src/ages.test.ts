import { describe, expect, it } from 'vitest'
import { fromLondon } from '#shared/clock'
import { ageText } from './ages.js'
import { momentGiven } from './arguments.js'

describe('an age for people', () => {
  it.each([
    [0, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [725_000, '12m 5s'],
    [3_600_000, '1h'],
    [97_200_000, '1d 3h'],
    [259_261_000, '3d 1m'],
  ])('of %i ms is %s', (ms, text) => expect(ageText(ms)).toBe(text))
})

describe('a moment', () => {
  const now = new Date('2026-07-21T12:00:00Z')
  it.each([
    ['2h', '2026-07-21T10:00:00.000Z'],
    ['2026-07-21T10:00', fromLondon('2026-07-21 10:00').toISOString()],
    ['2026-07-21T10:00Z', '2026-07-21T10:00:00.000Z'],
    ['2026-07-21T10:00:30.5+02:00', '2026-07-21T08:00:30.500Z'],
  ])('%s', (text, instant) => expect(momentGiven('from', text, now).toISOString()).toBe(instant))

  it.each(['', 'noon', '2026-07-21', '2026-13-01T10:00', '2026-07-21T25:00'])('is not "%s"', (text) =>
    expect(() => momentGiven('from', text, now)).toThrow('--from is a time'),
  )
})
