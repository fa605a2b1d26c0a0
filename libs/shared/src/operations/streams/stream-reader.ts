import { randomBytes } from 'node:crypto'
import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  type ConsumerInfo,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream'
import { headers as newHeaders, nanos, type MsgHdrs } from '@nats-io/nats-core'
import { readerNames } from '../../contracts/index.js'
import type { NatsClient } from '../../messaging/index.js'
import { OperationFailed, ofStream } from '../operation-failed.js'

/** A message as a stream keeps it. */
export interface StoredMessage {
  readonly sequence: number
  readonly subject: string
  readonly time: Date
  /** The same to the nanosecond, as the place of a message has it. */
  readonly storedAt: string
  readonly headers: MsgHdrs
  readonly data: Uint8Array
}

/** What is to be read. */
export interface Stretch {
  readonly stream: string
  /** Without any, all of the stream's. */
  readonly subjects?: readonly string[]
  /** From this sequence on, or from what was stored at this time; else from the beginning. */
  readonly from?: number | Date
  /** Up to this sequence; whoever gives none gets what is there at the start, and nothing that comes meanwhile. */
  readonly upTo?: number
}

/** Messages that are in memory at once. */
const pageSize = 200
/** Dealing with a page may take this long, in milliseconds: then the server forgets that it is being read. */
const patienceMs = 300_000
const fetchMs = 5_000
/** The server's codes for a consumer of that name with other settings. */
const consumerExists: readonly number[] = [10_013, 10_148]

/**
 * Reads a stretch of a stream in pages, in order. Leaves nothing behind in the server.
 * @throws OperationFailed if there is no such stream, or the connection broke off
 */
export async function* readStream(nats: NatsClient, stretch: Stretch): AsyncGenerator<StoredMessage[]> {
  const { stream } = stretch
  const { manager } = nats
  const upTo = stretch.upTo ?? (await ofStream(stream, manager.streams.info(stream))).state.last_seq
  const { name, num_pending } = await ofStream(stream, reader(manager, stretch))
  try {
    const consumer = await jetstream(nats.core).consumers.get(stream, name)
    for (let read = 0, left = num_pending; left > 0;) {
      const page: JsMsg[] = []
      const fetched = await consumer.fetch({ max_messages: Math.min(pageSize, left), expires: fetchMs })
      for await (const message of fetched) page.push(message)
      if (page.some(({ info }, place) => info.deliverySequence !== read + place + 1)) {
        throw new OperationFailed('the connection to NATS broke off while a stream was read: run it again')
      }
      read += page.length
      const stretchOfPage = page.filter(({ seq }) => seq <= upTo)
      const wanted = stretchOfPage.filter(({ subject }) => stretch.subjects?.includes(subject) ?? true)
      if (wanted.length) yield wanted.map(storedMessage)
      if (stretchOfPage.length < page.length) return
      // What somebody deletes meanwhile does not come.
      left = page.at(-1)?.info.pending ?? (await manager.consumers.info(stream, name)).num_pending
    }
  } finally {
    // Else the server forgets it by itself.
    await manager.consumers.delete(stream, name).catch(() => undefined)
  }
}

/** Its consumer bears the first name that nobody reads by at the moment. */
async function reader({ consumers }: JetStreamManager, stretch: Stretch): Promise<ConsumerInfo> {
  // What only this one has: the server takes the same once more for the same reader's.
  const metadata = { reader: randomBytes(9).toString('hex') }
  for (const name of readerNames) {
    try {
      return await consumers.add(stretch.stream, { name, metadata, ...consumerOf(stretch) })
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || !consumerExists.includes(error.code)) throw error
    }
  }
  throw new OperationFailed(
    `${readerNames.length} others read ${stretch.stream} at the moment: try again soon`,
  )
}

function consumerOf({ subjects, from }: Stretch) {
  return {
    ack_policy: AckPolicy.None,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: nanos(patienceMs),
    // Of several subjects all is read: a list of them would need the right to make consumers of any name.
    ...(subjects?.length === 1 ? { filter_subject: subjects[0] } : {}),
    ...startOf(from),
  }
}

function startOf(from: Stretch['from']) {
  if (from === undefined) return { deliver_policy: DeliverPolicy.All }
  if (typeof from === 'number') return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from }
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: from.toISOString() }
}

const storedMessage = ({ seq, subject, time, timestampNanos, headers, data }: JsMsg): StoredMessage => ({
  sequence: seq,
  subject,
  time,
  storedAt: String(timestampNanos),
  headers: headers ?? newHeaders(),
  data,
})
