import { describe, expect, it } from '@jest/globals'
import { fromLondon, type LocalTime } from '#shared/clock'
import { ScheduleSettings, type JobRun, type ScheduledJob } from '#shared/jobs'
import { decideDue, lookBackFrom, type DueRun } from './publish-due.rules.js'

const { schedule } = new ScheduleSettings({})
const short = (runs: readonly DueRun[]) => runs.map(({ job, date }) => `${job} ${date}`)
const run = (text: string): JobRun => {
  const [job = '', date = ''] = text.split(' ')
  return { job, date }
}

interface Given {
  readonly ran?: readonly string[]
  readonly jobs?: readonly ScheduledJob[]
  readonly catchUpMinutes?: number
}

function decideAt(now: LocalTime | Date, { ran = [], jobs = schedule, catchUpMinutes = 10 }: Given = {}) {
  const { due, missed } = decideDue({
    now: typeof now === 'string' ? fromLondon(now) : now,
    schedule: jobs,
    catchUpMinutes,
    recorded: ran.map(run),
  })
  return { due: short(due), missed: short(missed) }
}

const at = (time: string, days: ScheduledJob['days'] = 'every-day'): ScheduledJob[] => [
  { job: 'daily', time, days },
]

describe('which jobs are due', () => {
  // 2026-11-20 is a Friday. Everything before has run.
  const ran = [
    'payment-run 2026-11-20',
    'payment-run 2026-11-19',
    'auto-approval 2026-11-19',
    'daily 2026-11-19',
  ]

  it.each([
    ['a minute before', '2026-11-20 03:29:00', [], []],
    ['a millisecond before', '2026-11-20 03:29:59.999', [], []],
    ['at the minute', '2026-11-20 03:30:00', ['auto-approval 2026-11-20'], []],
    ['within the minute', '2026-11-20 03:30:59.999', ['auto-approval 2026-11-20'], []],
    ['nine minutes late', '2026-11-20 03:39:00', ['auto-approval 2026-11-20'], []],
    ['a millisecond less than ten late', '2026-11-20 03:39:59.999', ['auto-approval 2026-11-20'], []],
    ['ten minutes late', '2026-11-20 03:40:00', [], ['auto-approval 2026-11-20']],
    ['hours late', '2026-11-20 23:59:59.999', [], ['auto-approval 2026-11-20', 'daily 2026-11-20']],
  ])('%s', (_, now, due, missed) => {
    expect(decideAt(now, { ran })).toEqual({ due, missed })
  })

  it('is not due again when it has run for its date, and the other jobs do not count', () => {
    expect(decideAt('2026-11-20 03:30:00', { ran: [...ran, 'auto-approval 2026-11-20'] }).due).toEqual([])
    expect(decideAt('2026-11-20 03:30:00', { ran: [...ran, 'daily 2026-11-20'] }).due).toEqual([
      'auto-approval 2026-11-20',
    ])
  })

  it.each([
    ['Thursday', '2026-11-19', true],
    ['Friday', '2026-11-20', true],
    ['Saturday', '2026-11-21', false],
    ['Sunday', '2026-11-22', false],
    ['Monday', '2026-11-23', true],
  ])('the payment run on a %s', (_, date, runs) => {
    const { due } = decideAt(`${date} 00:05:00`)
    expect(due).toEqual(runs ? [`payment-run ${date}`] : [])
    expect(decideAt(`${date} 00:04:59.999`).due).toEqual([])
    expect(decideAt(`${date} 04:30:00`).due).toEqual([`daily ${date}`])
  })

  it('gives the times of the settings', () => {
    const settings = new ScheduleSettings({ SCHEDULE_DAILY: '06:15', SCHEDULE_CATCH_UP_MINUTES: '90' })
    expect(settings.catchUpMinutes).toBe(90)
    const given = { ran, jobs: settings.schedule, catchUpMinutes: 90 }
    expect(decideAt('2026-11-20 07:44:59', given).due).toEqual(['daily 2026-11-20'])
    expect(decideAt('2026-11-20 07:45:00', given).due).toEqual([])
  })
})

describe('across midnight and the turn of the year', () => {
  const ran = ['daily 2026-12-30']

  it('catches up the job of the day before', () => {
    const given = { ran, jobs: at('23:55') }
    expect(decideAt('2026-12-31 23:54:59.999', given).due).toEqual([])
    expect(decideAt('2027-01-01 00:00:00', given).due).toEqual(['daily 2026-12-31'])
    expect(decideAt('2027-01-01 00:04:59.999', given).due).toEqual(['daily 2026-12-31'])
    expect(decideAt('2027-01-01 00:05:00', given)).toEqual({ due: [], missed: ['daily 2026-12-31'] })
  })

  it('fires on the first day of the year and on 29 February', () => {
    expect(decideAt('2027-01-01 04:30:00').due).toEqual(['daily 2027-01-01'])
    expect(decideAt('2028-02-29 04:30:00').due).toEqual(['daily 2028-02-29'])
  })

  it('fires several dates, oldest first, where it may be days late', () => {
    const given = { ran: ['daily 2026-11-18'], jobs: at('04:30'), catchUpMinutes: 2 * 24 * 60 }
    expect(decideAt('2026-11-21 04:00:00', given)).toEqual({
      due: ['daily 2026-11-19', 'daily 2026-11-20'],
      missed: [],
    })
    expect(decideAt('2026-11-21 04:30:00', given)).toEqual({
      due: ['daily 2026-11-20', 'daily 2026-11-21'],
      missed: ['daily 2026-11-19'],
    })
  })
})

describe('what was missed', () => {
  it('is nothing from before the first look, where nothing was ever fired', () => {
    const situation = { schedule: at('04:30'), catchUpMinutes: 10, recorded: [] }
    const missedAt = (now: string, newSince: string) =>
      short(decideDue({ ...situation, now: fromLondon(now), newSince: fromLondon(newSince) }).missed)
    expect(missedAt('2026-11-24 12:00:00', '2026-11-24 11:00:00')).toEqual([])
    // It looked, and could not fire.
    expect(missedAt('2026-11-24 12:00:00', '2026-11-24 04:00:00')).toEqual(['daily 2026-11-24'])
  })

  it('is told back to the last run', () => {
    expect(decideAt('2026-11-24 12:00:00', { ran: ['daily 2026-11-21'], jobs: at('04:30') }).missed).toEqual([
      'daily 2026-11-22',
      'daily 2026-11-23',
      'daily 2026-11-24',
    ])
  })

  it('leaves out the days a job has off', () => {
    const given = { ran: ['daily 2026-11-19'], jobs: at('00:05', 'monday-to-friday') }
    expect(decideAt('2026-11-23 12:00:00', given).missed).toEqual(['daily 2026-11-20', 'daily 2026-11-23'])
  })

  it('is only the day itself where nothing ever ran', () => {
    expect(decideAt('2026-11-24 12:00:00', { jobs: at('04:30') }).missed).toEqual(['daily 2026-11-24'])
    expect(decideAt('2026-11-25 00:05:00', { jobs: at('23:55') }).missed).toEqual(['daily 2026-11-24'])
  })

  it('is not hidden by a run fired by hand for a day to come, which itself is not fired again', () => {
    const given = { ran: ['daily 2026-11-22', 'daily 2026-11-26'], jobs: at('04:30') }
    expect(decideAt('2026-11-24 12:00:00', given).missed).toEqual(['daily 2026-11-23', 'daily 2026-11-24'])
    expect(decideAt('2026-11-26 04:30:00', given).due).toEqual([])
  })

  it('goes back two weeks', () => {
    const now = fromLondon('2026-11-24 12:00:00')
    expect(lookBackFrom(now, 10)).toBe('2026-11-10')
    expect(decideAt(now, { ran: ['daily 2026-11-09'], jobs: at('04:30') }).missed).toHaveLength(15)
  })
})

describe('the nights the clock changes', () => {
  // Clocks go forward on 2027-03-28 at 01:00 GMT, and back on 2026-10-25 at 01:00 GMT.
  /** Every minute of the night as the scheduler sees it, recording what it fires. */
  function firedThrough(from: string, time: string): string[] {
    const ran: string[] = []
    const fired: string[] = []
    for (let minute = 0; minute < 240; minute++) {
      const now = new Date(new Date(from).getTime() + minute * 60_000)
      const { due } = decideAt(now, { ran, jobs: at(time) })
      ran.push(...due)
      fired.push(...due.map((job) => `${job} at ${now.toISOString().slice(11, 16)}Z`))
    }
    return fired
  }

  it('a job at 01:30 runs once on both', () => {
    expect(firedThrough('2027-03-28T00:00:00Z', '01:30')).toEqual(['daily 2027-03-28 at 01:00Z'])
    expect(firedThrough('2026-10-25T00:00:00Z', '01:30')).toEqual(['daily 2026-10-25 at 00:30Z'])
  })

  it('the second 01:30 in autumn is an hour late, not the time of the job', () => {
    const given = { jobs: at('01:30') }
    expect(decideAt(new Date('2026-10-25T00:39:59Z'), given).due).toEqual(['daily 2026-10-25'])
    expect(decideAt(new Date('2026-10-25T01:30:00Z'), given)).toEqual({
      due: [],
      missed: ['daily 2026-10-25'],
    })
  })

  it('in spring lateness counts from when the hour was skipped', () => {
    const given = { jobs: at('01:30') }
    expect(decideAt(new Date('2027-03-28T00:59:59.999Z'), given).due).toEqual([])
    expect(decideAt(new Date('2027-03-28T01:09:59.999Z'), given).due).toEqual(['daily 2027-03-28'])
    expect(decideAt(new Date('2027-03-28T01:10:00Z'), given).due).toEqual([])
  })
})
