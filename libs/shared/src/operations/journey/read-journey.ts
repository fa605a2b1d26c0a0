import type { DatabaseConnection } from '../../database/index.js'
import { briefly } from '../../logging/index.js'
import type { NatsClient } from '../../messaging/index.js'
import type { TaskNumber } from '../tasks/cancel-task.js'
import { findDeadLetters, placesLookedAt, type Wanted } from './dead-letters.js'
import { Journeys } from './journeys.repository.js'
import { inOrder, type ClaimState, type Entry, type EntryOf } from './journey.rules.js'

/** Everything that is known of a reference, or of a Task row, in order of time. */
export interface Journey {
  /** What was asked about. */
  readonly reference: string
  readonly claims: readonly ClaimState[]
  readonly entries: readonly Entry[]
  /** At which of the dead letters somebody looked. */
  readonly deadLetters: 'all' | 'newest' | 'none'
  /** Why not at all of them. */
  readonly lacks?: string
}

/** One to ten letters and digits: what is asked for becomes part of a pattern. */
export const isReference = (text: string): boolean => /^[A-Za-z0-9]{1,10}$/.test(text)

/** The Task row that is named so, `IntSchema.Task.12`, or whose message is: what is about no claim has no reference. */
export function taskNamed(text: string): TaskNumber | undefined {
  const [, schema, id] = /^(ExtSchema|IntSchema)\.Task\.(\d{1,9})(?:\.[\w.]{1,40})?$/.exec(text) ?? []
  return schema === 'ExtSchema' || schema === 'IntSchema' ? { schema, taskId: Number(id) } : undefined
}

/** Whether it can be asked what happened to that. */
export const hasJourney = (text: string): boolean => isReference(text) || taskNamed(text) !== undefined

/**
 * Reads what happened to everything under a reference, or to a Task row; changes nothing, and reads no personal data.
 * @param nats or why it cannot be asked
 * @param reference or the name of a Task row
 */
export async function readJourney(
  connection: DatabaseConnection,
  nats: NatsClient | { readonly away: string },
  reference: string,
): Promise<Journey> {
  const task = taskNamed(reference)
  const database = new Journeys(connection)
  const { claims, messages, ...known } = await (task
    ? readTask(database, task)
    : readClaims(database, reference))
  const messageIds = new Set(messages.map(({ id }) => id))
  const { found, looked, lacks } = await readDeadLetters(nats, { reference, messageIds })
  const entries = inOrder([...Object.values(known).flat(), ...messages, ...found])
  return { reference, claims, entries, deadLetters: looked, ...(lacks === undefined ? {} : { lacks }) }
}

async function readTask(database: Journeys, task: TaskNumber) {
  const tasks = await database.task(task)
  const messages = await database.runs([task])
  const ids = messages.map(({ id }) => id)
  const consumed = await database.consumed(ids)
  const notifications = await database.notificationsOf(ids)
  return { claims: [], tasks, messages, consumed, notifications }
}

async function readClaims(database: Journeys, reference: string) {
  const claims = await database.claims(reference)
  const events = await database.events(reference)
  const ofReference = await database.tasks(reference)
  // What was archived or cleaned up is still named by what was done with it.
  const claimIds = distinctClaims([...claims, ...events, ...ofReference])
  const tasks = [...ofReference, ...(await database.tasksOfClaims(claimIds))]
  const messages = [...(await database.runs(tasks)), ...(await database.messagesWithoutTask(reference))]
  const consumed = await database.consumed(messages.map(({ id }) => id))
  const notifications = await database.notifications(reference)
  const webhooks = await database.webhooks(reference)
  return { claims, events, tasks, messages, consumed, notifications, webhooks }
}

const distinctClaims = (rows: readonly { readonly claimId: ClaimState['claimId'] | null }[]): number[] => [
  ...new Set(rows.map(({ claimId }) => claimId).filter((claimId) => claimId !== null)),
]

interface DeadLettersRead {
  readonly found: readonly EntryOf<'dead-letter'>[]
  readonly looked: Journey['deadLetters']
  readonly lacks?: string
}

async function readDeadLetters(
  nats: NatsClient | { readonly away: string },
  wanted: Wanted,
): Promise<DeadLettersRead> {
  const unread = (why: string): DeadLettersRead => ({
    found: [],
    looked: 'none',
    lacks: `without its dead letters, which could not be read: ${why}`,
  })
  if ('away' in nats) return unread(nats.away)
  try {
    const { found, cut } = await nats.unlessSilent(findDeadLetters(nats, wanted))
    if (!cut) return { found, looked: 'all' }
    return { found, looked: 'newest', lacks: `only the newest ${placesLookedAt} dead letters were looked at` }
  } catch (error) {
    return unread(briefly(error))
  }
}
