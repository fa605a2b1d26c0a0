import { jetstreamManager, type ConsumerInfo } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'

/** How far a consumer has come with what is stored for it, by the places of messages in the stream. */
export interface Progress {
  readonly consumer: string
  /** The last message that is for it; 0 where there is none. */
  readonly last: number
  /** All up to here is answered. */
  readonly answered: number
  readonly open: number
}

/**
 * What is not answered yet, a line each. A server tells a consumer of a message after it has told the publisher that it
 * is stored: `num_pending` may be 0 for a message that nobody has looked at. The message's own place says it for
 * certain, and a stream without consumers has answered nothing.
 */
export const unansweredOf = (stream: string, messages: number, consumers: readonly Progress[]): string[] =>
  messages > 0 && consumers.length === 0
    ? [`${stream} has messages, and no consumer`]
    : consumers
        .filter(({ last, answered, open }) => answered < last || open > 0)
        .map(({ consumer, last, answered, open }) => `${consumer}: ${answered} of ${last}, ${open} open`)

/** Asks the server, the consumers first: what they have answered by then is all there is a moment later. */
export async function unanswered(
  connection: NatsConnection,
  stream: string,
  isMeant: (consumer: string) => boolean = () => true,
): Promise<string[]> {
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const consumers: ConsumerInfo[] = []
  for await (const consumer of manager.consumers.list(stream))
    if (isMeant(consumer.name)) consumers.push(consumer)
  const waiting = consumers.filter((each) => each.num_pending + each.num_ack_pending > 0)
  // Most looks end here, without a question for each consumer.
  if (waiting.length) return waiting.map(({ name }) => `${name} has messages`)
  const found = await Promise.all(consumers.map((consumer) => progressOf(connection, consumer)))
  const { state } = await manager.streams.info(stream)
  return unansweredOf(stream, state.messages, found)
}

async function progressOf(connection: NatsConnection, consumer: ConsumerInfo): Promise<Progress> {
  const { name, stream_name, config, ack_floor, num_ack_pending } = consumer
  const filters = config.filter_subjects ?? [config.filter_subject ?? '>']
  const last = await Promise.all(filters.map((filter) => lastOf(connection, stream_name, filter)))
  return { consumer: name, last: Math.max(...last), answered: ack_floor.stream_seq, open: num_ack_pending }
}

/** Asked without the library, which reads the headers too: some of what tests publish has none that can be read. */
async function lastOf(connection: NatsConnection, stream: string, subject: string): Promise<number> {
  const question = JSON.stringify({ last_by_subj: subject })
  const answer = await connection.request(`$JS.API.STREAM.MSG.GET.${stream}`, question, { timeout: 5_000 })
  const { message, error } = answer.json<{ message?: { seq: number }; error?: { code: number } }>()
  if (error && error.code !== 404) throw new Error(`${stream} cannot be asked: ${JSON.stringify(error)}`)
  return message?.seq ?? 0
}
