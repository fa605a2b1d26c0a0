import { describe, expect, it } from 'vitest'
import type { LocalTime } from '#shared/clock'
import { isOvertaken } from './subject.rules.js'

const early = '2026-10-25 01:05:00.000' as LocalTime
const late = '2026-10-25 01:59:00.000' as LocalTime
const later = '2026-10-25 02:30:00.000' as LocalTime
const row = (taskId: number, schema: 'IntSchema' | 'ExtSchema' = 'IntSchema') => ({ schema, taskId })

describe('what is said of a subject', () => {
  it('by a row is overtaken by a row after it, whatever the clock showed', () => {
    const isLate = (first: number, second: number) =>
      isOvertaken({ at: late, task: row(first) }, { at: early, task: row(second) }, later)
    expect([isLate(1, 2), isLate(2, 1), isLate(1, 1)]).toEqual([true, false, false])
  })

  it('by a row is overtaken by what was said to us after it', () => {
    expect(isOvertaken({ at: early, task: row(1) }, { at: late }, later)).toBe(true)
    expect(isOvertaken({ at: late, task: row(1) }, { at: early }, later)).toBe(false)
    expect(isOvertaken({ at: early, task: row(1) }, { at: late, task: row(9, 'ExtSchema') }, later)).toBe(
      true,
    )
  })

  it('to us is said now: no clock that was ahead, and no hour that comes twice, has it come too late', () => {
    expect(isOvertaken({ at: early }, { at: late }, early)).toBe(false)
    expect(isOvertaken({ at: early }, { at: late, task: row(1) }, early)).toBe(false)
  })

  it('by a row is not held back by a moment that is yet to come', () => {
    expect(isOvertaken({ at: early, task: row(1) }, { at: later }, late)).toBe(false)
  })
})
