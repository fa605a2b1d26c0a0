import { afterEach, describe, expect, it } from 'vitest'
import { archivableRows, eligibilityRows } from './support/cases/archive.cases.js'
import { Processes } from './support/processes.js'
import { allow, refuse, type RefusedChange } from './support/refused-changes.js'
import { merge } from './support/row-sets.js'
import { insertRows } from './support/rows.js'
import { until } from './support/until.js'

const clock = '2026-11-20 10:00:00'
const count = 120
const services = ['task-relay', 'daily-tasks'] as const

/** The built services, killed without a word between two steps of their work, and started again. */
describe('a flow whose end comes once', () => {
  let running: Processes | undefined

  afterEach(async () => {
    expect(await running?.stop()).toEqual([])
    running = undefined
  }, 60_000)

  const started = async (): Promise<Processes> =>
    (running = await Processes.start(
      { CLOCK_START: clock, NATS_ACK_WAIT_MS: '1000', RELAY_POLL_MS: '50' },
      services,
    ))

  it('where who queues dies between its last page and its end', async () => {
    const processes = await started()
    // From here on the end of the queueing cannot be written down, and is tried again.
    await refuse(connectionOf(processes), queueingEnded)
    await insertClaims(processes, count)
    await until('the last page is queued', async () => (await step(processes))?.Queued === count)
    await until('its items are done', async () => (await ended(processes)) >= count, 40_000)
    expect(await states(processes)).toEqual(['RUNNING'])
    await processes.kill('daily-tasks')
    await allow(connectionOf(processes), queueingEnded)
    await processes.run('daily-tasks')
    await endsOnce(processes)
    expect(await step(processes)).toMatchObject({ Queued: count, Done: count, Failed: 0 })
  }, 120_000)

  it('where the relay dies between looking and publishing', async () => {
    const processes = await started()
    await refuse(connectionOf(processes), stepEnded)
    await insertClaims(processes, count)
    await until('its items are done', async () => (await ended(processes)) > count, 40_000)
    // Nobody gets what it publishes from here on. (Of one that is only stopped, what was sent would be read later.)
    await processes.nats.kill()
    await allow(connectionOf(processes), stepEnded)
    await until('its last step is owed', async () => (await reports(processes)).length === 1)
    await processes.kill('task-relay')
    await processes.nats.restart()
    expect(await reports(processes)).not.toEqual(['DONE'])
    await processes.run('task-relay')
    await endsOnce(processes)
  }, 120_000)

  it('where there is nothing to do, and the relay dies at each of its steps', async () => {
    const processes = await started()
    await insertClaims(processes, 0)
    for (let kill = 1; kill <= 3; kill++) {
      await processes.kill('task-relay')
      await processes.run('task-relay')
    }
    await endsOnce(processes)
    expect(await step(processes)).toMatchObject({ Queued: 0, Done: 0, Failed: 0 })
  }, 120_000)
})

async function insertClaims(processes: Processes, claims: number): Promise<void> {
  const numbers = Array.from({ length: claims }, (_, n) => n + 1)
  await insertRows(
    processes.database.connection,
    merge(...numbers.flatMap((n) => [eligibilityRows(n), archivableRows(n)])),
  )
  await db(processes)
    .insertInto('IntSchema.Task')
    .values({ Task: 'ARCHIVE-OLD-CLAIMS', Status: 'PENDING', DateCreated: clock })
    .execute()
}

const queueingEnded: RefusedChange = {
  ...{ name: 'QueueingEnded', change: 'update', table: 'AsyncSchema.JobRun' },
  when: (column) => `${column('State')} = 'DONE'`,
}
const stepEnded: RefusedChange = {
  ...{ name: 'StepEnded', change: 'update', table: 'AsyncSchema.FlowStep' },
  when: (column) => `${column('DateEnded')} is not null`,
}

const connectionOf = ({ database }: Processes) => database.connection
const db = (processes: Processes) => connectionOf(processes).db

const states = async (processes: Processes): Promise<string[]> =>
  (await db(processes).selectFrom('AsyncSchema.Flow').select('State').execute()).map(({ State }) => State)

const step = (processes: Processes) =>
  db(processes)
    .selectFrom('AsyncSchema.FlowStep')
    .select(['Queued', 'Done', 'Failed'])
    .where('Position', '=', 0)
    .executeTakeFirst()

/** Of the first step, the message that begins it among them. */
async function ended(processes: Processes): Promise<number> {
  const { items } = await db(processes)
    .selectFrom('AsyncSchema.Outbox as o')
    .innerJoin('AsyncSchema.FlowStep as s', 's.StepId', 'o.FlowStepId')
    .select((eb) => eb.fn.countAll<number>().as('items'))
    .where('s.Position', '=', 0)
    .where('o.State', '=', 'DONE')
    .executeTakeFirstOrThrow()
  return Number(items)
}

/** What became of the messages of the last step. */
async function reports(processes: Processes): Promise<string[]> {
  const rows = await db(processes)
    .selectFrom('AsyncSchema.Outbox as o')
    .innerJoin('AsyncSchema.FlowStep as s', 's.StepId', 'o.FlowStepId')
    .select('o.State')
    .where('s.Position', '=', 1)
    .execute()
  return rows.map(({ State }) => State)
}

async function endsOnce(processes: Processes): Promise<void> {
  await until('the flow has ended', async () => (await states(processes)).join() === 'DONE', 60_000)
  expect(await reports(processes)).toEqual(['DONE'])
  expect(
    await db(processes)
      .selectFrom('AsyncSchema.Inbox')
      .select('State')
      .where('Consumer', '=', 'report-old-claims')
      .execute(),
  ).toEqual([{ State: 'DONE' }])
}
