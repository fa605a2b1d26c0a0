import type { ConsumerInfo, JetStreamManager, StreamInfo } from '@nats-io/jetstream'
import { deadLetterSubject, streams } from '../../contracts/index.js'
import {
  OperatorControl,
  policies,
  type HeldUp,
  type NatsClient,
  type UpstreamState,
} from '../../messaging/index.js'
import { ageOf } from '../ages.js'
import { isNoStream } from '../operation-failed.js'
import { starvedWords } from './starved.js'

export interface StreamStatus {
  readonly name: string
  /** False: the server has no such stream, and nothing else is known. */
  readonly present: boolean
  readonly messages: number
  readonly bytes: number
  /** Milliseconds; null where there is no message. */
  readonly oldestMs: number | null
  readonly newestMs: number | null
  readonly replicas: number
}

export interface HandlerStatus {
  readonly name: string
  readonly stream: string | null
  /** False: the code has such a handler and the server has no such consumer. */
  readonly present: boolean
  /** Not delivered yet. */
  readonly lag: number
  /** Delivered and not answered: being handled, or waiting for another try. */
  readonly inFlight: number
  /** Of these, tried before. */
  readonly retried: number
  /** How many ask for its messages at this moment: about as many as there are idle replicas. */
  readonly fetching: number
  /** How many have been delivered since the consumer was made; what grows by in a minute is its rate. */
  readonly delivered: number
  /** When the server last heard an answer; null where it never did. */
  readonly lastAnswered: Date | null
  /** How long the oldest message without an answer has been there, in milliseconds. */
  readonly oldestMs: number | null
  readonly paused: { readonly since: Date; readonly reason: string } | null
  /** The upstream it waits for. */
  readonly upstreamOut: Omit<UpstreamState, 'name'> | null
  /** Why it gets no messages, in words, where nothing above says so. */
  readonly starved: string | null
}

export interface ServerStatus {
  readonly streams: readonly StreamStatus[]
  readonly handlers: readonly HandlerStatus[]
  readonly upstreams: readonly UpstreamState[]
  /** By consumer. */
  readonly deadLetters: Readonly<Record<string, number>>
}

/** What the server holds, and what holds up the handlers. Changes nothing. */
export async function serverStatus(nats: NatsClient): Promise<ServerStatus> {
  const { manager } = nats
  const now = new Date()
  const held = await new OperatorControl(nats).states()
  const names = Object.values(streams).map(({ name }) => name)
  const infos = await Promise.all(names.map((name) => infoOf(manager, name)))
  const consumers = (await Promise.all(infos.map((info) => consumersOf(manager, info)))).flat()
  const expected = Object.keys(policies)
  const unknown = consumers.map(({ name }) => name).filter((name) => !expected.includes(name))
  const handlers = [...expected, ...unknown].map(async (name) => {
    const consumer = consumers.find((each) => each.name === name)
    const { paused, upstreamOut } = heldUp(name, held)
    const starved = starvedWords(name, consumer, nats.settings, paused !== null || upstreamOut !== null)
    return { ...(await consumerStatus(manager, name, consumer, now)), paused, upstreamOut, starved }
  })
  return {
    streams: names.map((name, place) => streamStatus(name, infos[place], now)),
    handlers: await Promise.all(handlers),
    upstreams: held.upstreams,
    deadLetters: await lettersByConsumer(manager),
  }
}

async function infoOf(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (isNoStream(error)) return undefined
    throw error
  }
}

/** The durable ones: the others read for a moment only. */
async function consumersOf(manager: JetStreamManager, info: StreamInfo | undefined): Promise<ConsumerInfo[]> {
  if (!info) return []
  const found: ConsumerInfo[] = []
  for await (const consumer of manager.consumers.list(info.config.name))
    if (consumer.config.durable_name !== undefined) found.push(consumer)
  return found
}

function streamStatus(name: string, info: StreamInfo | undefined, now: Date): StreamStatus {
  const { messages = 0, bytes = 0, first_ts = '', last_ts = '' } = info?.state ?? {}
  const age = (time: string) => (messages ? ageOf(new Date(time), now) : null)
  const replicas = info?.config.num_replicas ?? 0
  return {
    name,
    present: info !== undefined,
    messages,
    bytes,
    oldestMs: age(first_ts),
    newestMs: age(last_ts),
    replicas,
  }
}

async function consumerStatus(
  manager: JetStreamManager,
  name: string,
  consumer: ConsumerInfo | undefined,
  now: Date,
): Promise<Omit<HandlerStatus, 'paused' | 'upstreamOut' | 'starved'>> {
  const { num_pending: lag = 0, num_ack_pending: inFlight = 0 } = consumer ?? {}
  const oldest = consumer && lag + inFlight > 0 ? await oldestUnanswered(manager, consumer) : undefined
  return {
    ...{ name, stream: consumer?.stream_name ?? null, present: consumer !== undefined, lag, inFlight },
    retried: consumer?.num_redelivered ?? 0,
    fetching: consumer?.num_waiting ?? 0,
    delivered: consumer?.delivered.consumer_seq ?? 0,
    lastAnswered: timeOf(consumer?.ack_floor.last_active),
    oldestMs: oldest ? ageOf(oldest, now) : null,
  }
}

/** Servers say a time, whatever the client's types make of it, and the year 1 where there was none. */
function timeOf(said: unknown): Date | null {
  const time = new Date(typeof said === 'string' ? said : NaN)
  return time.getUTCFullYear() > 1 ? time : null
}

/** Everything up to the floor has its answer: the next of the consumer's subjects has none. */
async function oldestUnanswered(
  manager: JetStreamManager,
  { stream_name, config, ack_floor }: ConsumerInfo,
): Promise<Date | undefined> {
  const subjects = config.filter_subjects ?? [config.filter_subject ?? '>']
  const next = subjects.map((subject) =>
    manager.direct.getMessage(stream_name, { seq: ack_floor.stream_seq + 1, next_by_subj: subject }),
  )
  const times = (await Promise.all(next)).flatMap((message) => (message ? [message.time] : []))
  return times.sort((one, other) => one.getTime() - other.getTime())[0]
}

function heldUp(name: string, { paused, upstreams }: HeldUp): Pick<HandlerStatus, 'paused' | 'upstreamOut'> {
  const policy = Object.hasOwn(policies, name) ? policies[name as keyof typeof policies] : undefined
  const upstream = policy && 'upstream' in policy ? policy.upstream : undefined
  const pause = paused.find(({ handler }) => handler === name)
  const out = upstreams.find((each) => each.name === upstream)
  return {
    paused: pause ? { since: pause.since, reason: pause.reason } : null,
    upstreamOut: out ? withoutName(out) : null,
  }
}

const withoutName = ({ name: _, ...state }: UpstreamState): Omit<UpstreamState, 'name'> => state

async function lettersByConsumer(manager: JetStreamManager): Promise<Record<string, number>> {
  const prefix = deadLetterSubject('')
  try {
    const { state } = await manager.streams.info(streams.deadLetters.name, {
      subjects_filter: deadLetterSubject('>'),
    })
    const counts = Object.entries(state.subjects ?? {})
    return Object.fromEntries(counts.map(([subject, count]) => [subject.slice(prefix.length), count]))
  } catch (error) {
    if (isNoStream(error)) return {}
    throw error
  }
}
