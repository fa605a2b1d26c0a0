import { createHash } from 'node:crypto'
import { jetstreamManager, type ConsumerInfo, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { streams } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { flowState } from '#shared/flows'
import { deadLetterHeaders } from '#shared/messaging'
import { unanswered } from '../../support/answered.js'

const workStreams = [streams.claims.name, streams.notifications.name, streams.schedule.name]
const atOnce = 200
const ends = [flowState.done, flowState.doneWithFailures, flowState.cancelled]

/** What has become of the messages for one consumer. */
export interface ConsumerAccount {
  readonly consumer: string
  readonly messages: number
  readonly done: number
  readonly dead: number
  /** Of runs that the database does not know: not owed. */
  readonly unknown: number
  /** Neither done nor dead, by sequence. */
  readonly open: readonly number[]
  /** What the server says is still to come, or to come again. */
  readonly waiting: number
  /** More dead letters than one, by sequence. */
  readonly deadTwice: readonly number[]
  readonly withoutReason: number
}

/** What is wrong with an account; nothing if every message is done, waiting, or among the dead letters once. */
export function complaints(account: ConsumerAccount): string[] {
  const { consumer, messages, done, dead, unknown, waiting, open, deadTwice, withoutReason } = account
  const forgotten = messages - done - dead - unknown - waiting
  return [
    ...(forgotten === 0
      ? []
      : [`${consumer}: ${forgotten} of ${messages} forgotten, e.g. ${open.slice(0, 3).join(', ')}`]),
    ...(deadTwice.length ? [`${consumer}: ${deadTwice.length} dead letters twice`] : []),
    ...(withoutReason ? [`${consumer}: ${withoutReason} dead letters without a reason`] : []),
  ]
}

/** A message as its stream keeps it. */
export interface StoredMessage {
  readonly seq: number
  readonly subject: string
  readonly headers: string
  readonly body: Buffer
  /** What makes a repeat recognisable, as the README promises it to publishers. */
  readonly id: string
}

/** Counts every message of the streams of work, for every consumer it is for, from outside. */
export class Accounts {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
  ) {}

  static async open(url: string): Promise<Accounts> {
    const connection = await connect({ servers: url.split(','), tls: null })
    return new Accounts(connection, await jetstreamManager(connection))
  }

  close(): Promise<void> {
    return this.connection.close()
  }

  async consumers(): Promise<ConsumerInfo[]> {
    const lists = await Promise.all(workStreams.map((stream) => this.manager.consumers.list(stream).next()))
    return lists.flat()
  }

  /** Whether every message was delivered to its consumers, and none is with a handler or waits to come again. */
  async allAnswered(): Promise<boolean> {
    for (const stream of workStreams)
      // A cluster that is looking for a leader cannot say.
      if ((await unanswered(this.connection, stream).catch(() => ['not known'])).length) return false
    return true
  }

  /**
   * Whether nothing will be published any more by itself: every message answered, and no flow without its end. A flow's
   * next message comes from the database, so that between two of them the broker has nothing to answer. Looked at in this
   * order, a flow that is seen with its end has had its last message answered by the second look.
   */
  async nothingToCome({ db }: DatabaseConnection): Promise<boolean> {
    if (!(await this.allAnswered())) return false
    const open = await db
      .selectFrom('AsyncSchema.Flow')
      .select('FlowId')
      .where('State', 'not in', ends)
      .execute()
    return open.length === 0 && (await this.allAnswered())
  }

  /** To be asked when nothing is to come any more. */
  async ofEachConsumer(database: DatabaseConnection): Promise<ConsumerAccount[]> {
    const stored = new Map<string, StoredMessage[]>()
    for (const stream of workStreams) stored.set(stream, await this.messages(stream))
    const letters = await this.deadLetters()
    const done = await doneMessages(database)
    const runs = await knownRuns(database)
    return (await this.consumers()).map((consumer) => {
      const { stream_name: stream, name } = consumer
      const mine = (stored.get(stream) ?? []).filter(({ subject }) => subjectsOf(consumer).includes(subject))
      const dead = (seq: number) => letters.get(`${name} ${stream} ${seq}`) ?? []
      const isDone = (message: StoredMessage) => done.has(`${name} ${message.id}`.toUpperCase())
      const left = mine.filter((message) => !dead(message.seq).length && !isDone(message))
      const unknown = left.filter(({ id, body }) => taskOf(body) && !runs.has(id))
      return {
        consumer: name,
        messages: mine.length,
        done: mine.filter((message) => !dead(message.seq).length && isDone(message)).length,
        dead: mine.filter(({ seq }) => dead(seq).length).length,
        unknown: unknown.length,
        open: left.filter((message) => !unknown.includes(message)).map(({ seq }) => seq),
        waiting: consumer.num_pending + consumer.num_ack_pending,
        deadTwice: mine.filter(({ seq }) => dead(seq).length > 1).map(({ seq }) => seq),
        withoutReason: mine.filter(({ seq }) => dead(seq).some((reason) => !reason)).length,
      }
    })
  }

  /** The reasons of the dead letters of a consumer's message. */
  async deadLetters(): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>()
    for (const { headers } of await this.messages(streams.deadLetters.name)) {
      const header = (name: string) => headerOf(headers, name)
      const of = [deadLetterHeaders.consumer, deadLetterHeaders.stream, deadLetterHeaders.sequence]
      const key = of.map(header).join(' ')
      found.set(key, [...(found.get(key) ?? []), header(deadLetterHeaders.reason)])
    }
    return found
  }

  /** Every message of a stream; through the API in JSON, for the client cannot read every header. */
  async messages(stream: string): Promise<StoredMessage[]> {
    const { state } = await this.manager.streams.info(stream)
    const found: StoredMessage[] = []
    for (let start = Math.max(1, state.first_seq); start <= state.last_seq; start += atOnce) {
      const places = Array.from({ length: Math.min(atOnce, state.last_seq - start + 1) }, (_, i) => start + i)
      const some = await Promise.all(places.map((seq) => this.get(stream, seq)))
      found.push(...some.flatMap((message) => (message ? [message] : [])))
    }
    return found
  }

  private async get(stream: string, seq: number): Promise<StoredMessage | undefined> {
    const answer = await this.connection.request(
      `$JS.API.STREAM.MSG.GET.${stream}`,
      JSON.stringify({ seq }),
      {
        timeout: 30_000,
      },
    )
    const { message } = answer.json<{
      message?: { subject: string; hdrs?: string; data?: string; time: string }
    }>()
    if (!message) return undefined
    const bytes = (text = '') => Buffer.from(text, 'base64')
    const [headers, body] = [bytes(message.hdrs).toString(), bytes(message.data)]
    return {
      seq,
      subject: message.subject,
      headers,
      body,
      id: idOf({ stream, seq, headers, body, time: message.time }),
    }
  }
}

const subjectsOf = ({ config }: ConsumerInfo): string[] =>
  config.filter_subjects ?? (config.filter_subject === undefined ? [] : [config.filter_subject])

async function doneMessages({ db }: DatabaseConnection): Promise<Set<string>> {
  const rows = await db
    .selectFrom('AsyncSchema.Inbox')
    .select(['Consumer', 'MessageId'])
    .where('State', '=', 'DONE')
    .execute()
  // Both databases compare text without regard to case.
  return new Set(rows.map(({ Consumer, MessageId }) => `${Consumer} ${MessageId}`.toUpperCase()))
}

/** The first value of a header. */
const headerOf = (block: string, name: string): string =>
  block
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
    .find(([key]) => key === name)?.[1] ?? ''

async function knownRuns({ db }: DatabaseConnection): Promise<Set<string>> {
  const rows = await db.selectFrom('AsyncSchema.Outbox').select('MessageId').execute()
  return new Set(rows.map(({ MessageId }) => MessageId))
}

interface Stored {
  readonly stream: string
  readonly seq: number
  readonly headers: string
  readonly body: Buffer
  readonly time: string
}

function idOf({ stream, seq, headers, body, time }: Stored): string {
  const task = taskOf(body)
  if (task) {
    const { schema, taskId, run, key } = task
    return [schema, 'Task', taskId, run, ...(key ? [key] : [])].join('.')
  }
  const given = headerOf(headers, 'ce-id') || headerOf(headers, 'Nats-Msg-Id')
  if (!given) return `${stream}.${seq}.${nanoseconds(time)}`
  if (/^[\x21-\x40\x5b-\x7e]{1,200}$/.test(given) || ownId.test(given)) return given
  const digest = createHash('sha256').update(given).digest('hex')
  return /^[\x21-\x7e]{1,160}$/.test(given)
    ? `sha256.${digest.slice(0, 32)}.${given.toLowerCase()}`
    : `sha256.${digest}`
}

/** What the services make with capitals in it. */
const ownId = /^((Ext|Int)Schema\.Task|[A-Z_]+)\.\d+[\x21-\x40\x5b-\x7e]*$/

function nanoseconds(time: string): string {
  const [seconds = '', fraction = ''] = time.replace('Z', '').split('.')
  return `${Date.parse(`${seconds}Z`) / 1_000}${fraction.padEnd(9, '0')}`
}

interface Task {
  readonly schema: string
  readonly taskId: number
  readonly run: number
  readonly key?: string
}

function taskOf(body: Buffer): Task | undefined {
  try {
    return (JSON.parse(body.toString()) as { task?: Task }).task
  } catch {
    return undefined
  }
}
