import { parseArgs } from 'node:util'
import type { INestApplicationContext } from '@nestjs/common'
import { DatabaseConnection } from '#shared/database'
import { NatsClient } from '#shared/messaging'
import { OpsFailure, UsageError, type Run } from '../command.js'
import { briefly } from '../connect.js'
import { findDeadLetters, placesLookedAt, type Wanted } from '../journey/dead-letters.js'
import { JourneyRepository } from '../journey/journey.repository.js'
import { inOrder, type ClaimState, type EntryOf } from '../journey/journey.rules.js'
import { journeyLines } from '../journey/journey.text.js'

/** Prints what happened to everything under a reference, in order of time. No personal data is read. */
export const journey: Run = async (args, { looking, print, warn }) => {
  const { reference, json } = parse(args)
  await looking(async (parts, natsAway) => {
    const { claims, messages, ...known } = await readDatabase(parts.get(DatabaseConnection), reference)
    const messageIds = new Set(messages.map(({ id }) => id))
    const deadLetters = await readDeadLetters(parts, { reference, messageIds }, natsAway)
    const entries = inOrder([...Object.values(known).flat(), ...messages, ...deadLetters.found])
    if (!claims.length && !entries.length) throw new OpsFailure(`nothing is known of ${reference}`)
    if (json) print(JSON.stringify({ reference, claims, entries, deadLetters: deadLetters.looked }))
    else journeyLines({ reference, claims, entries }).forEach(print)
    if (deadLetters.lacks !== undefined) warn(deadLetters.lacks)
  })
}

function parse(args: readonly string[]): { reference: string; json: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [reference = '', ...others] = positionals
  if (!/^[A-Za-z0-9]{1,10}$/.test(reference)) {
    throw new UsageError('the reference is one to ten letters and digits')
  }
  if (others.length) throw new UsageError('one reference at a time')
  return { reference, json: values.json }
}

async function readDatabase(connection: DatabaseConnection, reference: string) {
  const database = new JourneyRepository(connection)
  const claims = await database.claims(reference)
  const events = await database.events(reference)
  const ofReference = await database.tasks(reference)
  // What was archived or cleaned up is still named by what was done with it.
  const claimIds = distinctClaims([...claims, ...events, ...ofReference])
  const tasks = [...ofReference, ...(await database.tasksOfClaims(claimIds))]
  const messages = [...(await database.runs(tasks)), ...(await database.messagesWithoutTask(reference))]
  const consumed = await database.consumed(messages.map(({ id }) => id))
  return { claims, events, tasks, messages, consumed }
}

const distinctClaims = (rows: readonly { readonly claimId: ClaimState['claimId'] | null }[]): number[] => [
  ...new Set(rows.map(({ claimId }) => claimId).filter((claimId) => claimId !== null)),
]

/** `looked`: at all of them, the newest, or none; `lacks` says why not all. */
interface DeadLettersRead {
  readonly found: readonly EntryOf<'dead-letter'>[]
  readonly looked: 'all' | 'newest' | 'none'
  readonly lacks?: string
}

async function readDeadLetters(
  parts: INestApplicationContext,
  wanted: Wanted,
  natsAway: string | undefined,
): Promise<DeadLettersRead> {
  const unread = (why: string): DeadLettersRead => ({
    found: [],
    looked: 'none',
    lacks: `without its dead letters, which could not be read: ${why}`,
  })
  if (natsAway !== undefined) return unread(natsAway)
  try {
    const { found, cut } = await findDeadLetters(parts.get(NatsClient), wanted)
    if (!cut) return { found, looked: 'all' }
    return { found, looked: 'newest', lacks: `only the newest ${placesLookedAt} dead letters were looked at` }
  } catch (error) {
    return unread(briefly(error))
  }
}
