import { describe, expect, it } from 'vitest'
import { fromLondon } from '../../clock/index.js'
import { PermanentFailure, TemporaryFailure } from '../../messaging/index.js'
import { refuseDayToCome } from '../index.js'

describe('a job for a day', () => {
  const date = '2026-11-20'
  const at = (time: string) => () => refuseDayToCome(date, fromLondon(time))

  it('runs on the day and later', () => {
    expect(at('2026-11-20 00:00:00')).not.toThrow()
    expect(at('2026-11-23 12:00:00')).not.toThrow()
  })

  it.each([
    ['a moment before', '2026-11-19 23:59:59.999', 1, 1],
    ['by a clock 21 minutes ahead', '2026-11-19 23:44:00', 1, 5_000],
    ['the second time', '2026-11-19 23:44:00', 2, 40_000],
    ['the third time', '2026-11-19 23:44:00', 3, 320_000],
    ['then as the day begins', '2026-11-19 23:50:05', 4, 595_000],
    ['by a clock a day ahead', '2026-11-19 00:05:00', 6, 23 * 3_600_000 + 55 * 60_000],
    ['two days ahead, a day at the most', '2026-11-18 00:00:00', 7, 24 * 3_600_000],
  ])('is waited for: %s', (_, time, tries, afterMs) => {
    let thrown: unknown
    try {
      refuseDayToCome(date, fromLondon(time), tries)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(TemporaryFailure)
    expect(thrown).toMatchObject({ reason: 'date-to-come', afterMs })
  })

  it('is refused where it is further ahead', () => {
    expect(at('2026-11-17 23:59:59')).toThrow(PermanentFailure)
    expect(at('2025-11-20 12:00:00')).toThrow(PermanentFailure)
  })
})
