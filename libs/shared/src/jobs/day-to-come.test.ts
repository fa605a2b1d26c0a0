import { describe, expect, it } from '@jest/globals'
import { fromLondon } from '../clock/index.js'
import { PermanentFailure, TemporaryFailure } from '../messaging/index.js'
import { refuseDayToCome } from './index.js'

describe('a job for a day', () => {
  const date = '2026-11-20'
  const at = (time: string) => () => refuseDayToCome(date, fromLondon(time))

  it('runs on the day and later', () => {
    expect(at('2026-11-20 00:00:00')).not.toThrow()
    expect(at('2026-11-23 12:00:00')).not.toThrow()
  })

  it('is tried again in the last quarter of an hour before the day, and refused before that', () => {
    expect(at('2026-11-19 23:59:59.999')).toThrow(TemporaryFailure)
    expect(at('2026-11-19 23:45:00')).toThrow(TemporaryFailure)
    expect(at('2026-11-19 23:44:59.999')).toThrow(PermanentFailure)
    expect(at('2026-11-18 23:59:00')).toThrow(PermanentFailure)
  })
})
