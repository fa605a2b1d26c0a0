import { JobRuns, ScheduleRuns, Schedules } from '#shared/jobs'
import { message, clock, inUnitOfWork, type StatementSteps } from './step.js'

/** What the jobs ask the database, whichever service runs them. */
export const statements: StatementSteps = {
  'schedule: last fired': ({ connection }) => new ScheduleRuns(connection, clock).lastFired(),
  'schedule: first fired': ({ connection }) => new ScheduleRuns(connection, clock).firstFired(),
  'schedule: fire': async ({ connection }) => {
    const runs = new ScheduleRuns(connection, clock)
    await runs.since('2024-03-13')
    await runs.newestSlots(['check-status', 'send-message'])
    await runs.dateFired('daily', '2024-03-13')
    await runs.record('daily', '2024-03-13', '2024-03-13 04:30:00')
    await runs.forgetBefore('check-status', '1710329400')
  },
  'schedule: when jobs are due': async ({ connection }) => {
    const schedules = new Schedules(connection, clock)
    await schedules.rows()
    const word = { person: 'someone', reason: 'a release' }
    await schedules.change('daily', { state: 'PAUSED', ...word })
    await schedules.change('daily', { when: 'cron 0 5 * * *', zone: null, ...word })
    await schedules.takeStart('warm-up', '1710329400', clock.instant())
  },
  'job run: begin': ({ connection }) => new JobRuns(connection, clock).begin(message, '2024-03-13'),
  'job run: begin for the first time': (database) => {
    let asked = 0
    // Nothing is there until it is inserted.
    database.happens = [
      [{ test: (sql: string) => sql.startsWith('select') && asked++ === 0 } as RegExp, 'nothing'],
    ]
    return new JobRuns(database.connection, clock).begin(message, '2024-03-13')
  },
  'job run: advance and end': async (database) => {
    const runs = new JobRuns(database.connection, clock)
    database.answer = { date: '2024-03-13', started: clock.now(), stage: 0, lastKey: 0, rowsChanged: 0 }
    const progress = await runs.progressOf(message)
    return inUnitOfWork(database, async (unit) => {
      await runs.advance(unit, message, progress)
      await runs.end(unit, message)
    })
  },
  'job run: leave a row, and catch up on it': (database) =>
    inUnitOfWork(database, async (unit) => {
      const runs = new JobRuns(database.connection, clock)
      await runs.leave(unit, message, { stage: 0, key: 2 }, 'claims-changed')
      for (const row of await runs.left(message)) await runs.caughtUp(unit, message, row, 1)
    }),
}
