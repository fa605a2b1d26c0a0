import { describe, expect, it } from 'vitest'
import {
  addDays,
  addYears,
  dayOf,
  fromLondon,
  normalise,
  ShiftedClock,
  startOfMonth,
  toLondon,
  weekday,
} from './index.js'

describe('London time', () => {
  it.each([
    ['2026-01-15T10:00:00.123Z', '2026-01-15 10:00:00.123'],
    ['2026-07-01T09:00:00.000Z', '2026-07-01 10:00:00.000'],
    ['2026-06-30T23:30:00.000Z', '2026-07-01 00:30:00.000'],
    ['2026-03-29T00:59:59.999Z', '2026-03-29 00:59:59.999'],
    ['2026-03-29T01:00:00.000Z', '2026-03-29 02:00:00.000'],
    ['2026-10-25T00:30:00.000Z', '2026-10-25 01:30:00.000'],
    ['2026-10-25T01:30:00.000Z', '2026-10-25 01:30:00.000'],
  ])('%s is %s', (instant, local) => {
    expect(toLondon(new Date(instant))).toBe(local)
  })

  it.each([
    ['2026-01-15 10:00:00.123', '2026-01-15T10:00:00.123Z'],
    ['2026-07-01 10:00:00.000', '2026-07-01T09:00:00.000Z'],
    // The hour that happens twice: the first of them.
    ['2026-10-25 01:30:00.000', '2026-10-25T00:30:00.000Z'],
    // The hour that does not happen.
    ['2026-03-29 01:30:00.000', '2026-03-29T01:30:00.000Z'],
  ])('%s is the instant %s', (local, instant) => {
    expect(fromLondon(local).toISOString()).toBe(instant)
  })

  it('reads the spellings other programs write', () => {
    expect(normalise('2024-03-09')).toBe('2024-03-09 00:00:00.000')
    expect(normalise('2024-03-09 12:30:00')).toBe('2024-03-09 12:30:00.000')
    expect(normalise('2024-03-09T12:30:00.5')).toBe('2024-03-09 12:30:00.500')
    expect(() => normalise('soon')).toThrow('not a date and time')
  })

  it('counts days, months and years by the calendar', () => {
    expect(dayOf('2024-03-09 12:30:00.000')).toBe('2024-03-09')
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01')
    expect(addDays('2026-03-29', -1)).toBe('2026-03-28')
    expect(addYears('2024-02-29', 1)).toBe('2025-03-01')
    expect(startOfMonth('2024-12-31')).toBe('2024-12-01')
    expect([weekday('2026-11-20'), weekday('2026-11-22'), weekday('2026-11-23')]).toEqual([5, 7, 1])
  })
})

describe('a shifted clock', () => {
  it('starts where it is told to and goes on from there', () => {
    const clock = new ShiftedClock('2024-07-13 11:30:00')
    const first = clock.now()
    expect(first.slice(0, 18)).toBe('2024-07-13 11:30:0')
    expect(clock.now() >= first).toBe(true)
    clock.set('2030-01-01 00:00:00')
    expect(clock.now().slice(0, 10)).toBe('2030-01-01')
  })
})
