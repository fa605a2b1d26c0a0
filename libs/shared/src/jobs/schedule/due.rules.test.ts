import { describe, expect, it } from '@jest/globals'
import { addDays, fromLondon, toLondon } from '../../clock/index.js'
import { dueAt, isTooLate, nextRun, runsOn, type ScheduledJob } from './due.rules.js'
import { ScheduleSettings } from './schedule.settings.js'

describe('the settings', () => {
  it('have the times of the domain as defaults', () => {
    expect({ ...new ScheduleSettings({}) }).toEqual({
      schedule: [
        { job: 'auto-approval', time: '03:30', days: 'every-day' },
        { job: 'daily', time: '04:30', days: 'every-day' },
        { job: 'payment-run', time: '00:05', days: 'monday-to-friday' },
      ],
      catchUpMinutes: 10,
    })
  })

  it.each([
    { SCHEDULE_DAILY: '4:30' },
    { SCHEDULE_AUTO_APPROVAL: '24:00' },
    { SCHEDULE_PAYMENT_RUN: '00:60' },
    { SCHEDULE_CATCH_UP_MINUTES: '0' },
    { SCHEDULE_CATCH_UP_MINUTES: '10081' },
    { SCHEDULE_CATCH_UP_MINUTES: '1.5' },
  ])('refuses %j', (env) => {
    expect(() => new ScheduleSettings(env)).toThrow(`settings: ${Object.keys(env)[0]} is malformed`)
  })
})

describe('the days of a job', () => {
  // 2026-11-20 is a Friday.
  const days = Array.from({ length: 7 }, (_, after) => addDays('2026-11-20', after))

  it('are all days, or Monday to Friday', () => {
    expect(days.map((date) => runsOn({ days: 'every-day' }, date))).toEqual(Array(7).fill(true))
    expect(days.map((date) => runsOn({ days: 'monday-to-friday' }, date))).toEqual([
      true,
      false,
      false,
      true,
      true,
      true,
      true,
    ])
  })
})

describe('too late', () => {
  it('is as many minutes late as may be caught up, and not a millisecond less', () => {
    const due = fromLondon('2026-11-20 03:30:00')
    expect(isTooLate(due, fromLondon('2026-11-20 03:39:59.999'), 10)).toBe(false)
    expect(isTooLate(due, fromLondon('2026-11-20 03:40:00'), 10)).toBe(true)
    expect(isTooLate(due, fromLondon('2026-11-20 03:00:00'), 10)).toBe(false)
  })
})

describe('the nights the clock changes', () => {
  // Clocks go forward on 2027-03-28 at 01:00 GMT, and back on 2026-10-25 at 01:00 GMT.
  const london = (instant: Date) => toLondon(instant).slice(0, 16)

  it.each([
    ['00:59', '2027-03-28T00:59:00.000Z', '2027-03-28 00:59'],
    ['01:00', '2027-03-28T01:00:00.000Z', '2027-03-28 02:00'],
    ['01:30', '2027-03-28T01:00:00.000Z', '2027-03-28 02:00'],
    ['01:59', '2027-03-28T01:00:00.000Z', '2027-03-28 02:00'],
    ['02:00', '2027-03-28T01:00:00.000Z', '2027-03-28 02:00'],
    ['02:01', '2027-03-28T01:01:00.000Z', '2027-03-28 02:01'],
  ])('in spring %s is at %s', (time, instant, shown) => {
    const due = dueAt('2027-03-28', time)
    expect(due.toISOString()).toBe(instant)
    expect(london(due)).toBe(shown)
  })

  it.each([
    ['00:59', '2026-10-24T23:59:00.000Z'],
    ['01:00', '2026-10-25T00:00:00.000Z'],
    ['01:30', '2026-10-25T00:30:00.000Z'],
    ['02:00', '2026-10-25T02:00:00.000Z'],
  ])('in autumn %s is at %s', (time, instant) => {
    expect(dueAt('2026-10-25', time).toISOString()).toBe(instant)
  })
})

describe('the next run', () => {
  const at = (time: string, days: ScheduledJob['days'] = 'every-day'): ScheduledJob => ({
    job: 'daily',
    time,
    days,
  })
  const next = (job: ScheduledJob, now: Date) => toLondon(nextRun(job, now)).slice(0, 16)

  it.each([
    ['before its time', '2026-11-20 04:29:59.999', '2026-11-20 04:30'],
    ['at its time', '2026-11-20 04:30:00', '2026-11-21 04:30'],
    ['after its time', '2026-11-20 04:30:00.001', '2026-11-21 04:30'],
    ['at the end of the year', '2026-12-31 12:00:00', '2027-01-01 04:30'],
    ['before a 29 February', '2028-02-28 12:00:00', '2028-02-29 04:30'],
  ])('%s', (_, now, expected) => {
    expect(next(at('04:30'), fromLondon(now))).toBe(expected)
  })

  it.each([
    ['Thursday night', '2026-11-19 23:59:59.999', '2026-11-20 00:05'],
    ['Friday before it', '2026-11-20 00:04:59.999', '2026-11-20 00:05'],
    ['Friday after it', '2026-11-20 00:05:00', '2026-11-23 00:05'],
    ['Saturday', '2026-11-21 00:04:00', '2026-11-23 00:05'],
    ['Sunday', '2026-11-22 23:59:59', '2026-11-23 00:05'],
    ['Monday after it', '2026-11-23 00:06:00', '2026-11-24 00:05'],
  ])('of the payment run on %s', (_, now, expected) => {
    expect(next(at('00:05', 'monday-to-friday'), fromLondon(now))).toBe(expected)
  })

  it.each([
    // In spring 01:30 does not happen: the job is due as the hour is skipped.
    ['2027-03-27T01:30:00.000Z', '01:30', '2027-03-28T01:00:00.000Z'],
    ['2027-03-28T00:59:59.999Z', '01:30', '2027-03-28T01:00:00.000Z'],
    ['2027-03-28T01:00:00.000Z', '01:30', '2027-03-29T00:30:00.000Z'],
    ['2027-03-27T12:00:00.000Z', '04:30', '2027-03-28T03:30:00.000Z'],
    // In autumn 01:30 happens twice: the first is the job's.
    ['2026-10-24T12:00:00.000Z', '01:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T00:30:00.000Z', '01:30', '2026-10-26T01:30:00.000Z'],
    ['2026-10-25T01:29:59.999Z', '01:30', '2026-10-26T01:30:00.000Z'],
    ['2026-10-24T12:00:00.000Z', '04:30', '2026-10-25T04:30:00.000Z'],
  ])('after %s, of a job at %s, is at %s', (now, time, expected) => {
    expect(nextRun(at(time), new Date(now)).toISOString()).toBe(expected)
  })

  it('over the weekend of a clock change is at the same London time', () => {
    // 2027-03-28 and 2026-10-25 are Sundays.
    const job = at('00:05', 'monday-to-friday')
    expect(nextRun(job, fromLondon('2027-03-26 00:05:00')).toISOString()).toBe('2027-03-28T23:05:00.000Z')
    expect(nextRun(job, fromLondon('2026-10-23 00:05:00')).toISOString()).toBe('2026-10-26T00:05:00.000Z')
  })
})
