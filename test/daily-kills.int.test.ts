import { afterEach, describe, expect, it } from 'vitest'
import { scheduleMessageId, subjects } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { BareClient } from './support/bare-client.js'
import { claimJobs, dueClaims, type ClaimJob } from './support/daily-claims.js'
import { firstTimeClaim } from './support/claim-rows.js'
import { actualTables, type Example } from './support/examples.js'
import { Processes } from './support/processes.js'
import { edit, merge, remove, set } from './support/row-sets.js'
import { insertRows, readRows, type Rows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const date = '2024-03-13'
const clock = `${date} 04:30:00`

/** A job that works on many rows, and rows enough for it to be caught in the middle of them. */
interface KilledJob {
  readonly consumer: string
  readonly given: Rows
}

const claimJob = (consumer: ClaimJob, claims: number): KilledJob => ({
  consumer,
  given: merge(...Array.from({ length: claims }, (_, n) => dueClaims[consumer](n + 1, date).given)),
})

/** Claims that were begun long ago and never submitted, each with an eligibility and documents of its own. */
const abandoned = (n: number): Rows =>
  edit(firstTimeClaim(n), {
    'ExtSchema.Task': remove(),
    'ExtSchema.Eligibility': set({ DateCreated: '2024-01-02 03:04:05' }),
  })
const cleanUp: KilledJob = {
  consumer: 'clean-up-external-data',
  given: merge(...Array.from({ length: 600 }, (_, n) => abandoned(n + 1))),
}

const jobs: readonly KilledJob[] = [...claimJobs.map((job) => claimJob(job, 600)), cleanUp]

/** The built service, killed without a word in the middle of a job, and started again. */
describe('a daily job that is killed half way', () => {
  let processes: Processes | undefined

  afterEach(async () => {
    expect(await processes?.stop()).toEqual([])
    processes = undefined
  }, 60_000)

  it.each(jobs.map((job) => [job.consumer, job] as const))(
    '%s leaves what one clean run leaves',
    async (consumer, job) => {
      const { given } = job
      const clean = await undisturbed(job)
      const running = await Processes.start({ CLOCK_START: clock, NATS_ACK_WAIT_MS: '1000' }, ['daily-tasks'])
      processes = running
      const { connection } = running.database
      await insertRows(connection, given)
      await fire(running.nats.url)
      await until('the job is in the middle', async () => (await changedBy(connection, consumer)) > 0)
      await running.kill('daily-tasks')
      const before = await changedBy(connection, consumer)
      expect(before).toBeGreaterThan(0)
      expect(before).toBeLessThan(clean.changed)
      await running.run('daily-tasks')
      await until('every job is done', () => allDone(connection), 60_000)
      expect(await changedBy(connection, consumer)).toBe(clean.changed)
      expect(await tablesOf(connection, given)).toEqual(clean.tables)
    },
    120_000,
  )
})

/** What the job leaves where nothing happens to it. */
async function undisturbed({ consumer, given }: KilledJob) {
  const system = await System.start({ clock, services: ['daily-tasks'] })
  try {
    await insertRows(system.connection, given)
    await system.fire('daily', date, 60_000)
    return {
      changed: await changedBy(system.connection, consumer),
      tables: await tablesOf(system.connection, given),
    }
  } finally {
    await system.stop()
  }
}

async function fire(url: string): Promise<void> {
  const client = await BareClient.connect(url)
  await client.publish(
    subjects.scheduleDaily,
    { date },
    { 'ce-id': scheduleMessageId(subjects.scheduleDaily, date) },
  )
  await client.close()
}

const runsIn = ({ db }: DatabaseConnection) =>
  db.selectFrom('AsyncSchema.JobRun').select(['Consumer', 'RowsChanged', 'State']).execute()

/** How many rows a job has dealt with so far. */
async function changedBy(connection: DatabaseConnection, consumer: string): Promise<number> {
  const run = (await runsIn(connection)).find(({ Consumer }) => Consumer === consumer)
  return run?.RowsChanged ?? 0
}

/** All of them have begun by the time that one is in the middle, or do as the service starts again. */
async function allDone(connection: DatabaseConnection): Promise<boolean> {
  const runs = await runsIn(connection)
  return runs.length >= jobs.length && runs.every(({ State }) => State === 'DONE')
}

const tablesOf = async (connection: DatabaseConnection, given: Rows) =>
  actualTables({ clock, given } as Example, await readRows(connection))
