import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import { toLondon } from '#shared/clock'
import { sameText, streams } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { isNoStream } from '../no-stream.js'
import type { EntryOf } from './journey.rules.js'

/** No more of the newest places in the stream than this are looked at. */
export const placesLookedAt = 1_000
const atOnce = 50

/** Which of the dead letters are wanted. */
export interface Wanted {
  readonly reference: string
  readonly messageIds: ReadonlySet<string>
}

/**
 * The dead letters of messages, and of any other that names the reference: what was published directly has no row
 * that says its id. Reads the newest ones only, and keeps no body.
 * @returns `cut`: there are older ones that were not looked at
 * @throws what kept the stream from being read
 */
export async function findDeadLetters(
  manager: JetStreamManager,
  wanted: Wanted,
): Promise<{ found: EntryOf<'dead-letter'>[]; cut: boolean }> {
  const { first, last } = await extent(manager)
  const from = Math.max(first, last - placesLookedAt + 1)
  const found: EntryOf<'dead-letter'>[] = []
  for (let start = from; start <= last; start += atOnce) {
    const places = Array.from({ length: Math.min(atOnce, last - start + 1) }, (_, after) => start + after)
    const letters = await Promise.all(
      places.map((seq) => manager.direct.getMessage(streams.deadLetters.name, { seq })),
    )
    found.push(...letters.flatMap((letter) => (letter && isWanted(letter, wanted) ? [entryOf(letter)] : [])))
  }
  return { found, cut: from > first }
}

/** The first and the last place; the last before the first where there is nothing, or no stream yet. */
async function extent(manager: JetStreamManager): Promise<{ first: number; last: number }> {
  try {
    const { state } = await manager.streams.info(streams.deadLetters.name)
    return state.messages ? { first: state.first_seq, last: state.last_seq } : { first: 1, last: 0 }
  } catch (error) {
    if (isNoStream(error)) return { first: 1, last: 0 }
    throw error
  }
}

function isWanted(letter: StoredMsg, { reference, messageIds }: Wanted): boolean {
  return messageIds.has(letter.header.get('ce-id')) || sameText(referenceOf(letter) ?? '', reference)
}

function referenceOf(letter: StoredMsg): string | undefined {
  try {
    const { reference } = letter.json<{ reference?: unknown }>()
    return typeof reference === 'string' ? reference : undefined
  } catch {
    return undefined
  }
}

const entryOf = ({ header, seq, time }: StoredMsg): EntryOf<'dead-letter'> => ({
  what: 'dead-letter',
  at: toLondon(time),
  id: header.get('ce-id'),
  consumer: header.get(deadLetterHeaders.consumer),
  reason: header.get(deadLetterHeaders.reason),
  deliveries: Number(header.get(deadLetterHeaders.deliveries)),
  sequence: seq,
})
