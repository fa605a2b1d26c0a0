import { describe, expect, it } from 'vitest'
import { timetable } from './timetable.js'

const [london, newYork] = ['Europe/London', 'America/New_York']
const next = (text: string, after: string, count = 1, zone = london): string[] => {
  const found: string[] = []
  let at: Date | undefined = new Date(after)
  while (found.length < count && (at = timetable(text, zone).next(at))) found.push(at.toISOString())
  return found
}
const newest = (text: string, until: string) => timetable(text, london).newest(new Date(until))?.toISOString()

describe('when something is due', () => {
  it.each([
    ['cron 30 3 * * *', '2026-11-20T03:29:59.999Z', '2026-11-20T03:30:00.000Z'],
    ['cron 30 3 * * *', '2026-11-20T03:30:00.000Z', '2026-11-21T03:30:00.000Z'],
    // 2026-11-20 is a Friday.
    ['cron 5 0 * * 1-5', '2026-11-20T00:05:00.000Z', '2026-11-23T00:05:00.000Z'],
    ['cron 0 0 29 2 *', '2026-11-20T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['every 15s', '2026-11-20T10:00:00.001Z', '2026-11-20T10:00:15.000Z'],
    ['every 15s', '2026-11-20T10:00:15.000Z', '2026-11-20T10:00:30.000Z'],
    ['every 6h', '2026-06-20T10:00:00.000Z', '2026-06-20T12:00:00.000Z'],
    // By London's clock.
    ['every 6h from 00:00', '2026-06-20T10:00:00.000Z', '2026-06-20T11:00:00.000Z'],
    ['every 6h from 02:30', '2026-11-20T10:00:00.000Z', '2026-11-20T14:30:00.000Z'],
    ['every 15m from 00:05', '2026-11-20T10:00:00.000Z', '2026-11-20T10:05:00.000Z'],
    ['every 20s from 00:00', '2026-11-20T10:00:05.000Z', '2026-11-20T10:00:20.000Z'],
    ['every 1h from 00:30', '2026-11-20T10:30:00.000Z', '2026-11-20T11:30:00.000Z'],
    ['every 24h from 18:00', '2026-11-20T18:00:00.000Z', '2026-11-21T18:00:00.000Z'],
  ])('%s after %s is %s', (text, after, expected) => {
    expect(next(text, after)).toEqual([expected])
  })

  it('is by the clock of its zone', () => {
    expect(next('cron 0 9 * * *', '2026-11-20T12:00:00.000Z', 1, newYork)).toEqual([
      '2026-11-20T14:00:00.000Z',
    ])
  })

  it('is the newest time that has come, that very moment included', () => {
    expect(newest('every 15s', '2026-11-20T10:00:15.000Z')).toBe('2026-11-20T10:00:15.000Z')
    expect(newest('every 15s', '2026-11-20T10:00:14.999Z')).toBe('2026-11-20T10:00:00.000Z')
    expect(newest('cron 30 3 * * *', '2026-11-20T03:30:00.000Z')).toBe('2026-11-20T03:30:00.000Z')
    expect(newest('cron 30 3 * * *', '2026-11-20T03:29:59.999Z')).toBe('2026-11-19T03:30:00.000Z')
    expect(newest('every 6h from 02:30', '2026-11-20T02:00:00.000Z')).toBe('2026-11-19T20:30:00.000Z')
  })

  it('is nothing for what begins with a scheduler', () => {
    const start = timetable('after-start 30s', london)
    expect([start.kind, start.afterMs, start.next(new Date())]).toEqual(['after-start', 30_000, undefined])
  })
})

describe('the nights the clock changes', () => {
  // Forward on 2027-03-28 at 01:00 GMT, back on 2026-10-25 at 01:00 GMT.
  it.each([
    // What is skipped comes as the hour is skipped; what happens twice comes the first time.
    ['cron 30 1 * * *', '2027-03-27T12:00:00Z', ['03-28T01:00', '03-29T00:30']],
    ['cron 30 1 * * *', '2026-10-24T12:00:00Z', ['10-25T00:30', '10-26T01:30']],
    ['cron 0 1,7 * * *', '2027-03-27T12:00:00Z', ['03-28T01:00', '03-28T06:00']],
    ['cron 0 1,7 * * *', '2026-10-24T12:00:00Z', ['10-25T00:00', '10-25T07:00']],
    ['every 6h from 01:00', '2027-03-27T20:00:00Z', ['03-28T01:00', '03-28T06:00']],
    ['every 6h from 01:00', '2026-10-24T20:00:00Z', ['10-25T00:00', '10-25T07:00']],
    ['every 6h from 00:00', '2026-10-24T20:00:00Z', ['10-24T23:00', '10-25T06:00']],
    // An hour apart or less, in both of the two hours.
    ['every 1h from 00:00', '2026-10-24T23:30:00Z', ['10-25T00:00', '10-25T01:00', '10-25T02:00']],
    ['every 30m from 00:00', '2026-10-25T00:15:00Z', ['10-25T00:30', '10-25T01:00', '10-25T01:30']],
    ['every 1h from 00:00', '2027-03-27T23:30:00Z', ['03-28T00:00', '03-28T01:00', '03-28T02:00']],
    // No clock changes what counts from nowhere.
    ['every 15m', '2026-10-25T00:40:00Z', ['10-25T00:45', '10-25T01:00', '10-25T01:15']],
  ])('%s after %s', (text, after, expected) => {
    expect(next(text, after, expected.length).map((time) => time.slice(5, 16))).toEqual(expected)
  })
})

describe('what is refused, by name', () => {
  it.each([
    ['30 3 * * *', 'cron …, every … or after-start … is expected'],
    ['cron 30 3 * *', 'cron has five parts'],
    ['cron 0 30 3 * * *', 'cron has five parts'],
    ['cron @daily', 'cron has five parts'],
    // A real one: it was in use for years.
    ['cron 0 1 * * 1,2,3,4,5,', 'no cron expression'],
    ['cron 60 3 * * *', 'no cron expression'],
    ['cron 0 24 * * *', 'no cron expression'],
    ['cron 0 0 31 2 *', 'never comes'],
    ['cron 0 0 31 4,6 *', 'never comes'],
    ['every 0s', 'from 1s to 24h'],
    ['every 99h', 'from 1s to 24h'],
    ['every 15', 'cron …, every … or after-start … is expected'],
    ['every 15 s', 'cron …, every … or after-start … is expected'],
    ['every 1.5h', 'cron …, every … or after-start … is expected'],
    ['every 7h from 00:00', 'an hour, or the day, is no multiple of it'],
    ['every 90m from 00:00', 'an hour, or the day, is no multiple of it'],
    ['every 6h from 24:00', 'from 00:00 to 23:59'],
    ['every 6h from 0:00', 'from 00:00 to 23:59'],
    ['after-start 0s', 'from 1s to 24h'],
    ['after-start 25h', 'from 1s to 24h'],
    ['', 'cron …, every … or after-start … is expected'],
    [`every 15s${' '.repeat(200)}`, 'at most 100 characters'],
  ])('%s', (text, why) => {
    expect(() => timetable(text, london)).toThrow(why)
  })

  it.each(['Europe/Londom', '', '+01:00', 'UTC+1'])('the time zone %j', (zone) => {
    expect(() => timetable('every 15s', zone)).toThrow('no time zone')
  })
})
