import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromLondon } from '#shared/clock'
import { readFortnight } from '#shared/operations'
import { insertRows } from './support/rows.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.remove())

const scheduleRun = (day: string, due: string, fired: string) => ({
  ...{ Job: 'daily', RunDate: day },
  ...{ DateDue: `${day} ${due}`, DateFired: `${day} ${fired}` },
})

/** Somebody ran `ops fire daily --date <day>` on that day, with or without `--again`. */
const fireAction = (Person: string, day: string, started: string, ended: string) => ({
  ...{ ActionKey: `${Person} ${day}`, Person, Via: 'command-line', Action: 'fire-job', Input: '{}' },
  ...{ Target: `daily for ${day}`, State: 'DONE' },
  ...{ DateStarted: `${day} ${started}`, DateEnded: `${day} ${ended}` },
})

describe('the fortnight says who fired a job', () => {
  beforeAll(() =>
    insertRows(database.connection, {
      'AsyncSchema.ScheduleRun': [
        scheduleRun('2026-11-16', '04:30:00.000', '04:30:00.250'),
        scheduleRun('2026-11-17', '09:00:00.010', '09:00:00.400'),
        scheduleRun('2026-11-18', '09:00:00.010', '09:00:00.400'),
        scheduleRun('2026-11-19', '04:30:00.000', '04:36:00.400'),
      ],
      'AsyncSchema.OperatorAction': [
        fireAction('ada', '2026-11-16', '09:00:00.000', '09:00:00.500'),
        fireAction('ada', '2026-11-17', '09:00:00.000', '09:00:00.500'),
        fireAction('ada', '2026-11-18', '09:00:00.000', '09:00:00.500'),
        fireAction('bob', '2026-11-18', '10:00:00.000', '10:00:00.500'),
        fireAction('ada', '2026-11-19', '04:36:00.000', '04:36:00.900'),
      ],
    }),
  )

  const firedBy = async (day: string) => {
    const { connection } = database
    const days = await readFortnight({ env: {}, connection }, fromLondon('2026-11-20 12:00:00'))
    const jobs = days.find(({ date }) => date === day)?.jobs
    return jobs?.find(({ job }) => job === 'daily')?.by
  }

  it.each([
    ['2026-11-17', 'by hand', 'ada'],
    ['2026-11-16', 'by the scheduler, and somebody asked for it later', null],
    ['2026-11-18', 'by hand, and somebody else asked for it later', 'ada'],
    ['2026-11-19', 'by the scheduler, which caught up while somebody asked for it', null],
  ])('%s: %s', async (day, _, by) => expect(await firedBy(day)).toBe(by))
})
