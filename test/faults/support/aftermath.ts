import { expect } from 'vitest'
import { streams } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { openMessages } from '../../../testing/simulators/external-web-app/index.js'
import { BareClient } from '../../support/bare-client.js'
import type { Processes } from '../../support/processes.js'
import { until } from '../../support/until.js'
import { patience } from './fault-settings.js'
import { leftBehind, unlike, type Except, type LeftBehind } from './left-behind.js'

/** Megabytes; at rest a service has about 110. */
const mostMemory = 200
const linesShown = 25

/**
 * Waits until no task is open, no message is owed, and every consumer has answered all there is.
 * @throws with a line for each thing that is not done
 */
export async function settled(run: Processes, ms = patience): Promise<void> {
  try {
    await until('everything is done', () => isSettled(run), ms, 100)
  } catch (error) {
    throw new Error(['not done:', ...(await open(run, linesShown))].join('\n'), { cause: error })
  }
}

/** Whether no task is open, no message is owed, and every consumer has answered all there is. */
export const isSettled = async (run: Processes): Promise<boolean> => (await open(run, 1)).length === 0

/**
 * What must hold after every fault: the rows, emails, tickets and files of an undisturbed run of the same work, one
 * email for each task, every message done and no dead letter, nothing under way for ever, and memory flat.
 */
export async function expectNothingLostOrTwice(
  run: Processes,
  undisturbed: LeftBehind,
  except?: Except,
): Promise<void> {
  const complaints = [
    ...(await notInOrder(run)),
    ...unlike(await leftBehind(run, except), undisturbed),
    ...twice(tasksOf(run)).map((task) => `more than one email for ${task}`),
  ]
  expectNone(complaints)
}

export const expectNone = (complaints: readonly string[]): void =>
  expect(complaints.slice(0, 2 * linesShown)).toEqual([])

/** What must not be after any fault, whatever the work was. */
export async function notInOrder(run: Processes): Promise<string[]> {
  const notDone = await settled(run).then(
    () => [],
    ({ message }: Error) => [message],
  )
  return [
    ...notDone,
    ...run.ended().map((service) => `ended by itself: ${service}`),
    ...(await deadLetters(run)),
    ...(await unfinished(run.database.connection)),
    ...tooLarge(run),
  ]
}

/** What is under way or waits, a line each; as soon as there are enough lines, no more is looked for. */
async function open(run: Processes, enough: number): Promise<string[]> {
  const { connection } = run.database
  const lines: string[] = []
  const tasks = await openTasks(connection)
  if (tasks) lines.push(`${tasks} tasks`)
  const searches = [
    async () => (await openMessages(connection)).map((message) => JSON.stringify(message)),
    () => jobsUnderWay(connection),
    () => unanswered(run),
  ]
  for (const search of searches) if (lines.length < enough) lines.push(...(await search()))
  return lines.slice(0, enough)
}

/** Services whose memory has not stayed flat. */
export const tooLarge = (run: Processes): string[] =>
  run.names
    .map((name) => ({ name, peak: run.peakMemory(name) }))
    .filter(({ peak }) => !(peak < mostMemory))
    .map(({ name, peak }) => `${name}: ${Math.round(peak)} MB`)

/** The task that each email was for: the run is left out, for a task has one email. */
const tasksOf = ({ simulators }: Processes): string[] =>
  simulators.notify.calls.map(({ reference }) => String(reference).replace(/\.\d+\.[0-9a-f]{16}$/, ''))

export const twice = (names: readonly string[]): string[] =>
  names.filter((name, i) => names.indexOf(name) !== i)

async function deadLetters({ nats }: Processes): Promise<string[]> {
  const client = await BareClient.connect(nats.url)
  try {
    const letters = await client.read(streams.deadLetters.name)
    return letters.map(
      ({ subject, headers }) => `dead letter ${subject} ${headers['hwpv-reason']} ${headers['ce-id']}`,
    )
  } finally {
    await client.close()
  }
}

const workStreams = [streams.claims, streams.notifications, streams.schedule, streams.advisories]

async function unanswered({ nats }: Processes): Promise<string[]> {
  const client = await BareClient.connect(nats.url)
  try {
    const open: string[] = []
    for (const { name } of workStreams)
      // A stream that was lost is not back yet.
      if (!(await client.allAnswered(name).catch(() => false)))
        open.push(`messages of ${name} are not answered`)
    return open
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

async function jobsUnderWay({ db }: DatabaseConnection): Promise<string[]> {
  const jobs = await db
    .selectFrom('AsyncSchema.JobRun')
    .select(['Consumer', 'LastReason'])
    .where('State', '=', 'RUNNING')
    .execute()
  return jobs.map(({ Consumer, LastReason }) => `job ${Consumer}, last reason ${LastReason}`)
}

/** Rows of the project's own tables that are not done, or were done in more than one run. */
async function unfinished({ db }: DatabaseConnection): Promise<string[]> {
  const inbox = await db.selectFrom('AsyncSchema.Inbox').selectAll().where('State', '<>', 'DONE').execute()
  const outbox = await db
    .selectFrom('AsyncSchema.Outbox')
    .selectAll()
    .where((row) => row.or([row('State', '<>', 'DONE'), row('Run', '>', 1)]))
    // As a target is filled, what waits there for its next try is owed at once, by another message.
    .where((row) =>
      row.or([
        row('State', '<>', 'CANCELLED'),
        row('LastReason', 'is', null),
        row('LastReason', '<>', 'target-told-anew'),
      ]),
    )
    .execute()
  const jobs = await db.selectFrom('AsyncSchema.JobRun').selectAll().where('State', '<>', 'DONE').execute()
  return [...inbox, ...outbox, ...jobs].map((row) => `not done once: ${JSON.stringify(row)}`)
}
