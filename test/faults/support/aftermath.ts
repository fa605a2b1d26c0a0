import { expect } from '@jest/globals'
import { streams } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { openMessages } from '../../../simulators/external-web-app/index.js'
import { BareClient } from '../../support/bare-client.js'
import type { Processes } from '../../support/processes.js'
import { until } from '../../support/until.js'
import { patience } from './fault-settings.js'
import { leftBehind, unlike, type Except, type LeftBehind } from './left-behind.js'

/** Megabytes; at rest a service has about 110. */
const mostMemory = 200
const linesShown = 25

/** Waits until no task is open, no message is owed, and every consumer has answered all there is. */
export async function settled(run: Processes, ms = patience): Promise<void> {
  const { connection } = run.database
  const isSettled = async () =>
    (await openTasks(connection)) === 0 &&
    (await openMessages(connection)).length === 0 &&
    (await jobsUnderWay(connection)) === 0 &&
    (await allAnswered(run))
  try {
    await until('everything is done', isSettled, ms, 100)
  } catch (error) {
    const open = await openMessages(connection)
    const lines = open.map((message) => JSON.stringify(message)).slice(0, linesShown)
    const tasks = await openTasks(connection)
    throw new Error(`${tasks} tasks and ${open.length} messages are open:\n${lines.join('\n')}`, {
      cause: error,
    })
  }
}

/**
 * What must hold after every fault: the rows, emails, tickets and files of an undisturbed run of the same work, one
 * email for each task, every message done and no dead letter, nothing under way for ever, and memory flat.
 */
export async function expectNothingLostOrTwice(
  run: Processes,
  undisturbed: LeftBehind,
  except?: Except,
): Promise<void> {
  await settled(run)
  expect(run.ended()).toEqual([])
  expect(await deadLetters(run)).toEqual([])
  expect(unlike(await leftBehind(run, except), undisturbed).slice(0, linesShown)).toEqual([])
  expect(twice(tasksOf(run))).toEqual([])
  expect(await unfinished(run.database.connection)).toEqual([])
  expect(tooLarge(run)).toEqual([])
}

/** Services whose memory has not stayed flat. */
export const tooLarge = (run: Processes): string[] =>
  run.names
    .map((name) => ({ name, peak: run.peakMemory(name) }))
    .filter(({ peak }) => !(peak < mostMemory))
    .map(({ name, peak }) => `${name}: ${Math.round(peak)} MB`)

/** The task that each email was for: the run is left out, for a task has one email. */
const tasksOf = ({ simulators }: Processes): string[] =>
  simulators.notify.calls.map(({ reference }) => String(reference).replace(/\.\d+$/, ''))

const twice = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i)

async function deadLetters({ nats }: Processes): Promise<string[]> {
  const client = await BareClient.connect(nats.url)
  try {
    const letters = await client.read(streams.deadLetters.name)
    return letters.map(({ subject, headers }) => `${subject} ${headers['hwpv-reason']} ${headers['ce-id']}`)
  } finally {
    await client.close()
  }
}

async function allAnswered({ nats }: Processes): Promise<boolean> {
  const client = await BareClient.connect(nats.url)
  try {
    for (const { name } of [streams.claims, streams.notifications, streams.schedule, streams.advisories])
      if (!(await client.allAnswered(name))) return false
    return true
  } finally {
    await client.close()
  }
}

export async function openTasks({ db }: DatabaseConnection): Promise<number> {
  let count = 0
  for (const schema of ['ExtSchema', 'IntSchema'] as const) {
    const open = ['PENDING', 'IN-PROGRESS']
    count += (await db.selectFrom(`${schema}.Task`).select('TaskId').where('Status', 'in', open).execute())
      .length
  }
  return count
}

const jobsUnderWay = async ({ db }: DatabaseConnection): Promise<number> =>
  (await db.selectFrom('AsyncSchema.JobRun').select('Consumer').where('State', '=', 'RUNNING').execute())
    .length

/** Rows of the project's own tables that are not done, or were done in more than one run. */
async function unfinished({ db }: DatabaseConnection): Promise<string[]> {
  const inbox = await db.selectFrom('AsyncSchema.Inbox').selectAll().where('State', '<>', 'DONE').execute()
  const outbox = await db
    .selectFrom('AsyncSchema.Outbox')
    .selectAll()
    .where((row) => row.or([row('State', '<>', 'DONE'), row('Run', '>', 1)]))
    .execute()
  const jobs = await db.selectFrom('AsyncSchema.JobRun').selectAll().where('State', '<>', 'DONE').execute()
  return [...inbox, ...outbox, ...jobs].map((row) => JSON.stringify(row)).slice(0, linesShown)
}
