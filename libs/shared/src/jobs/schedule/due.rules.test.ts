import { describe, expect, it } from 'vitest'
import { addDays, fromLondon, toLondon } from '../../clock/index.js'
import { jobNamed } from './declared-jobs.js'
import { dueOn, hasNoNextRun, isTooLate, nextRun } from './due.rules.js'
import { byDefault, scheduledJobs, type ScheduledJob } from './scheduled-jobs.rules.js'
import { ScheduleSettings } from './schedule.settings.js'

const at = (when: string): ScheduledJob => byDefault({ ...jobNamed('daily'), when })
const atTime = (time: string): ScheduledJob => {
  const [hour, minute] = time.split(':').map(Number)
  return at(`cron ${minute} ${hour} * * *`)
}
const whens = ({ jobs }: ScheduleSettings) => jobs.map(({ name, when }) => [name, when])

describe('the settings', () => {
  it('have the times of the domain as defaults', () => {
    expect(whens(new ScheduleSettings({}))).toEqual([
      ['auto-approval', 'cron 30 3 * * *'],
      ['daily', 'cron 30 4 * * *'],
      ['payment-run', 'cron 5 0 * * 1-5'],
      ['prison-register', 'cron 45 5 * * *'],
      ['look-up-notifications', 'every 1m'],
    ])
    expect(new ScheduleSettings({}).catchUpMinutes).toBe(10)
  })

  it('say at which time of their days the jobs are due', () => {
    const env = { SCHEDULE_DAILY: '06:15', SCHEDULE_AUTO_APPROVAL: '23:59', SCHEDULE_PAYMENT_RUN: '01:00' }
    expect(whens(new ScheduleSettings(env))).toEqual([
      ['auto-approval', 'cron 59 23 * * *'],
      ['daily', 'cron 15 6 * * *'],
      ['payment-run', 'cron 0 1 * * 1-5'],
      ['prison-register', 'cron 45 5 * * *'],
      ['look-up-notifications', 'every 1m'],
    ])
  })

  it.each([
    [{ when: 'cron 0 0 31 2 *' }, 'weekly: cron 0 0 31 2 *: never comes'],
    [{ when: 'every 99h' }, 'weekly: every 99h: from 1s to 24h'],
    [{ when: 'every 15m' }, 'weekly: every 15m: it has one run a day'],
    [{ when: 'cron 0 */12 * * *' }, 'weekly: cron 0 */12 * * *: it has one run a day'],
    [{ zone: 'Europe/Paris' }, 'weekly: Europe/Paris: its days are those of Europe/London'],
    [{ by: 'time', zone: 'Europe/Londom' }, 'weekly: Europe/Londom is no time zone'],
  ] as const)('refuse, by name, to start with %j', (given, why) => {
    // Of a name for which no setting says when.
    const declared = { ...jobNamed('daily'), name: 'weekly', when: 'cron 0 9 * * *', ...given }
    expect(() => new ScheduleSettings({}, [declared])).toThrow(why)
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
  const runsOn = (when: string) => days.map((date) => dueOn(at(when), date) !== undefined)

  it('are all days, or Monday to Friday', () => {
    expect(runsOn('cron 30 4 * * *')).toEqual(Array(7).fill(true))
    expect(runsOn('cron 5 0 * * 1-5')).toEqual([true, false, false, true, true, true, true])
  })
})

describe('what operators say', () => {
  const now = fromLondon('2026-11-20 12:00:00')
  const row = {
    ...{ Job: 'daily', Expression: null, TimeZone: null, State: 'ACTIVE', LastStart: null },
    ...{ Person: null, Reason: null, DateChanged: null, DateCreated: '2026-11-01 00:00:00.000' },
  }
  const said = (columns: Partial<typeof row> | Record<string, unknown>) =>
    scheduledJobs([jobNamed('daily')], [{ ...row, ...columns }], now)[0] as ScheduledJob

  it('is nothing where the row says nothing, and where another release has the row', () => {
    expect(said({}).timetable?.text).toBe('cron 30 4 * * *')
    expect(said({ Job: 'weekly', Expression: 'every 0s' }).timetable?.text).toBe('cron 30 4 * * *')
  })

  it('stands above the code and the settings', () => {
    const job = said({
      Expression: 'cron 0 5 * * *',
      Person: 'ada',
      Reason: 'x',
      DateChanged: '2026-11-20 09:00:00',
    })
    expect([job.timetable?.text, job.since, job.changed?.person]).toEqual([
      ...['cron 0 5 * * *', fromLondon('2026-11-20 09:00:00'), 'ada'],
    ])
    expect(said({ State: 'PAUSED' }).paused).toBe(true)
  })

  it('is no next run where it cannot be gone by, which is a fault unless it is paused', () => {
    const job = said({ Expression: 'cron 0 0 31 2 *' })
    expect(job.refused).toBe('daily: cron 0 0 31 2 *: never comes')
    expect([nextRun(job, now), hasNoNextRun(job, now)]).toEqual([undefined, true])
    expect(hasNoNextRun(said({ Expression: 'cron 0 0 31 2 *', State: 'PAUSED' }), now)).toBe(false)
    expect(hasNoNextRun(said({}), now)).toBe(false)
  })

  it('holds nothing back where a clock that was ahead wrote it', () => {
    expect(said({ DateChanged: '2026-11-20 12:00:01.000' }).since).toBeUndefined()
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
    const due = dueOn(atTime(time), '2027-03-28')
    expect(due?.toISOString()).toBe(instant)
    expect(due && london(due)).toBe(shown)
  })

  it.each([
    ['00:59', '2026-10-24T23:59:00.000Z'],
    ['01:00', '2026-10-25T00:00:00.000Z'],
    ['01:30', '2026-10-25T00:30:00.000Z'],
    ['02:00', '2026-10-25T02:00:00.000Z'],
  ])('in autumn %s is at %s', (time, instant) => {
    expect(dueOn(atTime(time), '2026-10-25')?.toISOString()).toBe(instant)
  })
})

describe('the next run', () => {
  const next = (job: ScheduledJob, now: Date) => toLondon(nextRun(job, now) ?? now).slice(0, 16)

  it.each([
    ['before its time', '2026-11-20 04:29:59.999', '2026-11-20 04:30'],
    ['at its time', '2026-11-20 04:30:00', '2026-11-21 04:30'],
    ['after its time', '2026-11-20 04:30:00.001', '2026-11-21 04:30'],
    ['at the end of the year', '2026-12-31 12:00:00', '2027-01-01 04:30'],
    ['before a 29 February', '2028-02-28 12:00:00', '2028-02-29 04:30'],
  ])('%s', (_, now, expected) => {
    expect(next(atTime('04:30'), fromLondon(now))).toBe(expected)
  })

  it.each([
    ['Thursday night', '2026-11-19 23:59:59.999', '2026-11-20 00:05'],
    ['Friday before it', '2026-11-20 00:04:59.999', '2026-11-20 00:05'],
    ['Friday after it', '2026-11-20 00:05:00', '2026-11-23 00:05'],
    ['Saturday', '2026-11-21 00:04:00', '2026-11-23 00:05'],
    ['Sunday', '2026-11-22 23:59:59', '2026-11-23 00:05'],
    ['Monday after it', '2026-11-23 00:06:00', '2026-11-24 00:05'],
  ])('of the payment run on %s', (_, now, expected) => {
    expect(next(at('cron 5 0 * * 1-5'), fromLondon(now))).toBe(expected)
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
    expect(nextRun(atTime(time), new Date(now))?.toISOString()).toBe(expected)
  })

  it('over the weekend of a clock change is at the same London time', () => {
    // 2027-03-28 and 2026-10-25 are Sundays.
    const job = at('cron 5 0 * * 1-5')
    expect(nextRun(job, fromLondon('2027-03-26 00:05:00'))?.toISOString()).toBe('2027-03-28T23:05:00.000Z')
    expect(nextRun(job, fromLondon('2026-10-23 00:05:00'))?.toISOString()).toBe('2026-10-26T00:05:00.000Z')
  })
})
