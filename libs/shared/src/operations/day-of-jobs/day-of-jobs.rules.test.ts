import { describe, expect, it } from 'vitest'
import { fromLondon } from '../../clock/index.js'
import { byDefault, jobNamed, ScheduleSettings } from '../../jobs/index.js'
import { dayOfJobs, type ConsumerRun, type DayKnown } from './day-of-jobs.rules.js'

// 2026-11-20 is a Friday.
const { jobs, catchUpMinutes } = new ScheduleSettings({})
const schedule = jobs.map(byDefault)
const run = (columns: Partial<ConsumerRun> = {}): ConsumerRun => ({
  consumer: 'remind',
  messageId: 'schedule.daily.2026-11-20',
  date: '2026-11-20',
  state: 'DONE',
  reason: null,
  rows: 3,
  started: '2026-11-20 04:30:01.000',
  lastHeard: '2026-11-20 04:30:02.000',
  ended: '2026-11-20 04:30:02.500',
  ...columns,
})
const fired = { job: 'daily', due: '2026-11-20 04:30:00', fired: '2026-11-20 04:30:00.500' }

function daily(known: Partial<Omit<DayKnown, 'now'>>, now = '2026-11-20 12:00:00') {
  const nothing = {
    firings: [],
    firstFired: new Map([['auto-approval', '2026-11-19 03:30:00']]),
    lastFired: new Map<string, string>(),
    runs: [],
    consumers: new Map<string, string[]>(),
  }
  const day = { date: '2026-11-20', schedule, catchUpMinutes, ...nothing, ...known, now: fromLondon(now) }
  return dayOfJobs(day).find(({ job }) => job === (known.schedule?.[0]?.job ?? 'daily'))
}
const states = (known: Partial<Omit<DayKnown, 'now'>>) =>
  daily(known)?.consumers.map(({ consumer, state, reason }) => [consumer, state, reason].join(' ').trim())

describe('a job that was not fired for the day', () => {
  it.each([
    ['2026-11-19 23:00:00', 'not-due-yet'],
    ['2026-11-20 04:29:59.999', 'not-due-yet'],
    ['2026-11-20 04:30:00', 'due'],
    ['2026-11-20 04:39:59.999', 'due'],
    ['2026-11-20 04:40:00', 'missed'],
    ['2026-11-25 00:00:00', 'missed'],
  ])('is at %s %s, and so are its consumers', (now, state) => {
    const consumers = new Map([['schedule.daily', ['remind']]])
    expect(daily({ consumers }, now)).toMatchObject({
      ...{ state, due: '2026-11-20 04:30:00.000', fired: null, consumers: [{ consumer: 'remind', state }] },
    })
  })

  it('is no outage where nothing was ever fired: there was no scheduler yet', () =>
    expect(daily({ firstFired: new Map() })?.state).toBe('before-the-first-start'))

  it('is none either where only what comes all the time was fired', () => {
    const often = byDefault({ ...jobNamed('daily'), name: 'often', by: 'time', when: 'every 15s' })
    const known = { schedule: [...schedule, often], firstFired: new Map([['often', '2026-11-20 11:59:45']]) }
    expect(daily(known)?.state).toBe('before-the-first-start')
  })

  it('is none on the days before anything was fired, whatever was fired since, by hand or not', () => {
    const firstFired = new Map([['payment-run', '2026-11-20 11:00:00']])
    expect(daily({ firstFired })?.state).toBe('before-the-first-start')
    expect(daily({ firstFired, date: '2026-11-19' })?.state).toBe('before-the-first-start')
    expect(daily({ firstFired }, '2026-11-21 12:00:00')?.state).toBe('before-the-first-start')
    expect(daily({ firstFired, date: '2026-11-21' }, '2026-11-21 12:00:00')?.state).toBe('missed')
  })

  it('is one where a scheduler was there before it was due', () => {
    const known = (time: string) => schedule.map((each) => ({ ...each, known: fromLondon(time) }))
    const at = (time: string) =>
      daily({ schedule: known(time).filter(({ job }) => job === 'daily'), firstFired: new Map() })
    expect(at('2026-11-20 04:29:00')?.state).toBe('missed')
    expect(at('2026-11-20 04:31:00')?.state).toBe('before-the-first-start')
  })

  it('is none that was due before somebody changed it', () => {
    const since = fromLondon('2026-11-20 11:00:00')
    const changed = schedule.filter(({ job }) => job === 'daily').map((each) => ({ ...each, since }))
    expect(daily({ schedule: changed })).toMatchObject({
      ...{ state: 'before-it-was-changed', due: '2026-11-20 04:30:00.000' },
    })
  })

  it.each([
    ['2026-11-20', 'missed', '2026-11-20 00:05:00.000'],
    ['2026-11-21', 'not-on-this-day', null],
    ['2026-11-22', 'not-on-this-day', null],
    ['2026-11-23', 'not-due-yet', '2026-11-23 00:05:00.000'],
  ])('may not be meant for it: the payment run on %s is %s', (date, state, due) => {
    const paymentRun = schedule.filter(({ job }) => job === 'payment-run')
    const found = daily({ date, schedule: paymentRun }, '2026-11-22 12:00:00')
    expect(found).toMatchObject({ state, due, next: '2026-11-23 00:05:00.000' })
  })
})

describe('a job that was fired', () => {
  it('is so with the times that were written down, also by hand on a day it does not run', () => {
    expect(daily({ firings: [fired], lastFired: new Map([['daily', '2026-11-21 04:30:00']]) })).toEqual({
      ...{ job: 'daily', state: 'fired', due: '2026-11-20 04:30:00.000', fired: '2026-11-20 04:30:00.500' },
      ...{ lastFired: '2026-11-21 04:30:00.000', next: '2026-11-21 04:30:00.000', consumers: [] },
      ...{ when: 'cron 30 4 * * *', zone: 'Europe/London', isDefault: true, paused: false, refused: null },
      ...{ changed: null, times: null },
    })
    const byHand = { job: 'payment-run', due: '2026-11-21 10:00:00', fired: '2026-11-21 10:00:01' }
    const paymentRun = schedule.filter(({ job }) => job === 'payment-run')
    expect(daily({ date: '2026-11-21', schedule: paymentRun, firings: [byHand] })).toMatchObject({
      ...{ state: 'fired', due: '2026-11-21 10:00:00.000', fired: '2026-11-21 10:00:01.000' },
    })
  })

  it.each([
    ['done', {}],
    ['done', { reason: 'timed-out' }],
    ['running', { state: 'RUNNING', ended: null }],
    ['retrying', { state: 'RUNNING', reason: 'timed-out', ended: null }],
    ['failed', { state: 'FAILED', reason: 'timed-out' }],
  ])('has consumers that are %s: %j', (state, columns) => {
    const reason = 'reason' in columns ? columns.reason : ''
    expect(states({ firings: [fired], runs: [run(columns)] })).toEqual([`remind ${state} ${reason}`.trim()])
  })

  it('has the times of a run, and how long it took, over the clock change too', () => {
    expect(daily({ firings: [fired], runs: [run()] })?.consumers).toEqual([
      {
        ...{
          consumer: 'remind',
          messageId: 'schedule.daily.2026-11-20',
          state: 'done',
          reason: null,
          rows: 3,
        },
        ...{ started: '2026-11-20 04:30:01.000', lastHeard: '2026-11-20 04:30:02.000' },
        ...{ ended: '2026-11-20 04:30:02.500', tookMs: 1_500 },
      },
    ])
    const night = run({ started: '2027-03-28 00:30:00', ended: '2027-03-28 02:30:00' })
    expect(daily({ runs: [night] })?.consumers[0]?.tookMs).toBe(3_600_000)
  })
})

describe('the consumers of a job', () => {
  const before = run({ consumer: 'gone', date: '2026-11-19', messageId: 'schedule.daily.2026-11-19' })
  const direct = run({ consumer: 'reject', messageId: 'SCHEDULE.7' })

  it("are the server's and those that ran for the day", () => {
    const consumers = new Map([
      ['schedule.daily', ['remind', 'clean-up', 'reject']],
      ['schedule.auto-approval', ['approve']],
    ])
    const runs = [run(), run({ consumer: 'old' }), before, direct]
    expect(states({ consumers, runs, firings: [fired] })).toEqual([
      'clean-up not-run',
      'old done',
      'reject done',
      'remind done',
    ])
  })

  it('are, without the server, those that ran in the days before', () => {
    const approval = run({ consumer: 'approve', messageId: 'schedule.auto-approval.2026-11-20' })
    const known = { consumers: undefined, runs: [run(), before, approval], firings: [fired] }
    expect(states(known)).toEqual(['gone not-run', 'remind done'])
  })

  it('may have several runs for the day, where the event was published by hand too', () => {
    const again = run({ messageId: 'SCHEDULE.9', state: 'FAILED', reason: 'timed-out' })
    expect(states({ runs: [run(), again] })).toEqual(['remind done', 'remind failed timed-out'])
  })
})
