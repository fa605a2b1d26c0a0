import { toLondon } from '../../clock/index.js'
import { streams } from '../../contracts/index.js'
import type { NatsClient } from '../../messaging/index.js'
import { deadLetterOf, type DeadLetter } from '../dead-letters/dead-letter.js'
import { namesReference } from '../streams/message-body.js'
import { isNoStream } from '../operation-failed.js'
import { readStream } from '../streams/stream-reader.js'
import type { EntryOf } from './journey.rules.js'

/** No more of the newest places in the stream than this are looked at. */
export const placesLookedAt = 1_000

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
  nats: NatsClient,
  { reference, messageIds }: Wanted,
): Promise<{ found: EntryOf<'dead-letter'>[]; cut: boolean }> {
  const { first, last } = await extent(nats)
  const from = Math.max(first, last - placesLookedAt + 1)
  const found: EntryOf<'dead-letter'>[] = []
  if (from > last) return { found, cut: false }
  for await (const page of readStream(nats, { stream: streams.deadLetters.name, from, upTo: last })) {
    for (const message of page) {
      const letter = deadLetterOf(message)
      if (messageIds.has(letter.messageId) || namesReference(message.data, reference))
        found.push(entryOf(letter))
    }
  }
  return { found, cut: from > first }
}

/** The first and the last place; the last before the first where there is nothing, or no stream yet. */
async function extent({ manager }: NatsClient): Promise<{ first: number; last: number }> {
  try {
    const { state } = await manager.streams.info(streams.deadLetters.name)
    return state.messages ? { first: state.first_seq, last: state.last_seq } : { first: 1, last: 0 }
  } catch (error) {
    if (isNoStream(error)) return { first: 1, last: 0 }
    throw error
  }
}

const entryOf = (letter: DeadLetter): EntryOf<'dead-letter'> => ({
  what: 'dead-letter',
  at: toLondon(letter.stored),
  id: letter.messageId,
  consumer: letter.consumer,
  reason: letter.reason,
  deliveries: letter.deliveries,
  sequence: letter.sequence,
})
