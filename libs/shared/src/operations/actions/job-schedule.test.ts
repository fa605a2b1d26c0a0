import { describe, expect, it } from 'vitest'
import { ScheduleSettings, type ScheduleChange, type Schedules } from '../../jobs/index.js'
import { changeJob } from './change-job.js'
import { pauseJob } from './pause-job.js'
import { resumeJob } from './resume-job.js'
import type { ActionParts } from './action-parts.js'

const nothing = {
  ...{ Job: 'daily', Expression: null, TimeZone: null, State: 'ACTIVE', LastStart: null },
  ...{ Person: null, Reason: null, DateChanged: null, DateCreated: '2026-11-01 00:00:00.000' },
}

function partsWith(row: Partial<typeof nothing> | Record<string, unknown> = {}) {
  const said: [string, ScheduleChange][] = []
  const schedules = {
    rows: () => Promise.resolve([{ ...nothing, ...row }]),
    change: (job: string, change: ScheduleChange) => Promise.resolve(void said.push([job, change])),
  } as unknown as Schedules
  const settings = () => new ScheduleSettings({ SCHEDULE_DAILY: '05:15' })
  return { parts: { schedules, settings } as unknown as ActionParts, said }
}
const doing = { dryRun: false, person: 'ada', reason: 'a release' }

describe('what an operator says of a job', () => {
  it('is written down with who and why', async () => {
    const { parts, said } = partsWith()
    const input = { job: 'daily', when: 'cron 0 6 * * *', zone: null } as const
    const result = await changeJob.run(input, parts, doing)
    expect(changeJob.words(result, input)).toBe('daily is due: cron 0 6 * * * (Europe/London)')
    await pauseJob.run({ job: 'daily' }, parts, doing)
    await resumeJob.run({ job: 'daily' }, parts, doing)
    const by = { person: 'ada', reason: 'a release' }
    expect(said).toEqual([
      ['daily', { when: 'cron 0 6 * * *', zone: null, ...by }],
      ['daily', { state: 'PAUSED', ...by }],
      ['daily', { state: 'ACTIVE', ...by }],
    ])
  })

  it('is looked at before, and changes nothing then', async () => {
    const { parts, said } = partsWith({ State: 'PAUSED', Expression: 'cron 0 6 * * *' })
    const input = { job: 'daily', when: null, zone: null } as const
    const result = await changeJob.run(input, parts, { dryRun: true })
    expect(changeJob.words(result, input)).toBe('daily is due: cron 15 5 * * * (Europe/London); it is paused')
    expect(said).toEqual([])
  })

  it.each([
    ['cron 0 0 31 2 *', null, 'daily: cron 0 0 31 2 *: never comes'],
    ['every 99h', null, 'daily: every 99h: from 1s to 24h'],
    ['every 0s', null, 'daily: every 0s: from 1s to 24h'],
    ['every 15m', null, 'daily: every 15m: it has one run a day'],
    ['cron 0 6 * * *', 'Europe/Londom', 'daily: Europe/Londom is no time zone'],
    ['cron 0 6 * * *', 'America/New_York', 'daily: America/New_York: its days are those of Europe/London'],
    ['6 o’clock', null, 'daily: 6 o’clock: cron …, every … or after-start … is expected'],
  ])('is refused by name: %s %s', async (when, zone, why) => {
    const { parts, said } = partsWith()
    await expect(changeJob.run({ job: 'daily', when, zone }, parts, doing)).rejects.toThrow(why)
    expect(said).toEqual([])
  })

  it('may be a pause whatever it is due by, and no end of one where that cannot be gone by', async () => {
    const { parts, said } = partsWith({ Expression: 'soon' })
    await pauseJob.run({ job: 'daily' }, parts, doing)
    await expect(resumeJob.run({ job: 'daily' }, parts, doing)).rejects.toThrow('daily: soon: ')
    expect(said).toHaveLength(1)
  })
})
