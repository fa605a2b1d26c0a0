import type { DatabaseConnection } from '../../database/index.js'
import { briefly } from '../../logging/index.js'
import type { NatsClient } from '../../messaging/index.js'
import { findDeadLetters, placesLookedAt, type Wanted } from './dead-letters.js'
import { Journeys } from './journeys.repository.js'
import { inOrder, type ClaimState, type Entry, type EntryOf } from './journey.rules.js'

/** Everything that is known of a reference, in order of time. */
export interface Journey {
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

/**
 * Reads what happened to everything under a reference; changes nothing, and reads no personal data.
 * @param nats or why it cannot be asked
 */
export async function readJourney(
  connection: DatabaseConnection,
  nats: NatsClient | { readonly away: string },
  reference: string,
): Promise<Journey> {
  const { claims, messages, ...known } = await readDatabase(connection, reference)
  const messageIds = new Set(messages.map(({ id }) => id))
  const { found, looked, lacks } = await readDeadLetters(nats, { reference, messageIds })
  const entries = inOrder([...Object.values(known).flat(), ...messages, ...found])
  return { reference, claims, entries, deadLetters: looked, ...(lacks === undefined ? {} : { lacks }) }
}

async function readDatabase(connection: DatabaseConnection, reference: string) {
  const database = new Journeys(connection)
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
    const { found, cut } = await findDeadLetters(nats, wanted)
    if (!cut) return { found, looked: 'all' }
    return { found, looked: 'newest', lacks: `only the newest ${placesLookedAt} dead letters were looked at` }
  } catch (error) {
    return unread(briefly(error))
  }
}
