import { describe, expect, it } from 'vitest'
import { fromLondon, toLondon, type LocalTime } from '#shared/clock'
import { slotOfTime } from '#shared/contracts'
import { byDefault, jobNamed, ScheduleSettings, type JobRun, type ScheduledJob } from '#shared/jobs'
import { decideDue, lookBackFrom, type DueRun } from './publish-due.rules.js'

/** Those of days: what is due every minute is among what is due at any time. */
const ofDays = ({ jobs }: ScheduleSettings) => jobs.filter(({ by }) => by === 'day').map(byDefault)
const schedule = ofDays(new ScheduleSettings({}))
const short = (runs: readonly DueRun[]) => runs.map(({ job: { job }, slot }) => `${job} ${slot}`)
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

const at = (time: string, days = '*'): ScheduledJob[] => {
  const [hour, minute] = time.split(':').map(Number)
  return [byDefault({ ...jobNamed('daily'), when: `cron ${minute} ${hour} * * ${days}` })]
}

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
    const given = { ran, jobs: ofDays(settings), catchUpMinutes: 90 }
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
    const given = { ran: ['daily 2026-11-19'], jobs: at('00:05', '1-5') }
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

describe('jobs that are due by times', () => {
  const job = (when: string, columns: Partial<ScheduledJob> = {}): ScheduledJob => ({
    ...byDefault({ ...jobNamed('daily'), by: 'time', when }),
    ...columns,
  })
  const decided = (scheduled: ScheduledJob, now: string, last?: string, newSince?: Date) => {
    const newest = new Map(last === undefined ? [] : [['daily', slotOfTime(fromLondon(last))]])
    const situation = { schedule: [scheduled], catchUpMinutes: 10, recorded: [], newest, newSince }
    const { due, missed } = decideDue({ ...situation, now: fromLondon(now) })
    const times = (runs: readonly DueRun[]) => runs.map((each) => toLondon(each.due).slice(11, 19))
    return [times(due), times(missed)]
  }

  it('fire the newest time of an interval alone, however late', () => {
    const sixHours = job('every 6h from 00:00')
    expect(decided(sixHours, '2026-11-20 11:59:00', '2026-11-19 00:00:00')).toEqual([['06:00:00'], []])
    expect(decided(sixHours, '2026-11-20 11:59:00', '2026-11-20 06:00:00')).toEqual([[], []])
    expect(decided(job('every 15s'), '2026-11-20 10:00:44', '2026-11-20 10:00:00')).toEqual([
      ['10:00:30'],
      [],
    ])
  })

  it('fire no time of an interval from before it was known', () => {
    const known = job('every 6h from 00:00', { known: fromLondon('2026-11-20 10:00:00') })
    expect(decided(known, '2026-11-20 10:00:01')).toEqual([[], []])
    expect(decided(known, '2026-11-20 12:00:00')).toEqual([['12:00:00'], []])
  })

  it('fire cron’s newest time while it is not too late, and tell of it where it is', () => {
    const tracker = job('cron 0 */12 * * *')
    expect(decided(tracker, '2026-11-20 12:09:59', '2026-11-19 12:00:00')).toEqual([['12:00:00'], []])
    expect(decided(tracker, '2026-11-20 12:10:00', '2026-11-19 12:00:00')).toEqual([[], ['12:00:00']])
    expect(decided(tracker, '2026-11-20 12:10:00')).toEqual([[], []])
  })

  it('fire nothing that was due before somebody changed them, or let them go on', () => {
    const since = fromLondon('2026-11-20 12:05:00')
    for (const when of ['cron 0 */12 * * *', 'every 6h from 00:00']) {
      expect(decided(job(when, { since }), '2026-11-20 12:06:00', '2026-11-19 12:00:00')).toEqual([[], []])
      expect(decided(job(when, { since }), '2026-11-21 00:00:00', '2026-11-19 12:00:00')).toEqual([
        ['00:00:00'],
        [],
      ])
    }
  })

  it('fire nothing while they are paused, nor what cannot be gone by', () => {
    const stopped = [job('every 15s', { paused: true }), job('every 15s', { timetable: undefined })]
    for (const each of stopped)
      expect(decided(each, '2026-11-20 10:00:30', '2026-11-20 10:00:00')).toEqual([[], []])
  })

  it('are fired where the newest run on record is still to come: a clock was ahead', () => {
    expect(
      decided(
        job('every 15s', { known: fromLondon('2026-11-20 10:00:00') }),
        '2026-11-20 10:00:30',
        '2026-11-21 10:00:00',
      ),
    ).toEqual([['10:00:30'], []])
  })
})

describe('a job of days that somebody changed', () => {
  it('is not caught up for what was due before, and nobody has missed it', () => {
    const [daily] = at('04:30')
    const changed = (now: string, since: string) =>
      decideDue({
        schedule: [{ ...(daily as ScheduledJob), since: fromLondon(since) }],
        ...{ catchUpMinutes: 10, recorded: [run('daily 2026-11-18')], now: fromLondon(now) },
      })
    const both = ({ due, missed }: ReturnType<typeof decideDue>) => [short(due), short(missed)]
    expect(both(changed('2026-11-20 04:35:00', '2026-11-20 04:31:00'))).toEqual([[], []])
    expect(both(changed('2026-11-20 12:00:00', '2026-11-20 04:31:00'))).toEqual([[], []])
    expect(both(changed('2026-11-21 04:30:00', '2026-11-20 04:31:00'))).toEqual([['daily 2026-11-21'], []])
  })
})
