import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type StreamConfig,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import { streamOf, streams, type StreamDefinition } from '../contracts/index.js'
import type { Log } from '../logging/index.js'
import type { ConsumerDefinition } from './consumer-definition.js'
import type { NatsClient } from './nats-client.js'
import type { NatsSettings } from './nats.settings.js'
import { StartRefused } from './start-refused.js'

const notFoundCodes: readonly number[] = [
  JetStreamApiCodes.StreamNotFound,
  JetStreamApiCodes.ConsumerNotFound,
]
const dayMs = 86_400_000
/**
 * Bytes of a message with its headers. The broker takes twice as much (`max_payload`), so that a dead letter, which
 * is the message with a few headers more, always fits.
 */
const maxMessageBytes = 32_768
/** Waiting for their next try, messages count as pending; there may be many. */
const maxAckPending = 10_000

/** Creates the streams and consumers, or compares what is there with the code and brings it into line. */
export class Topology {
  constructor(
    private readonly nats: NatsClient,
    private readonly settings: NatsSettings,
    private readonly log: Log,
  ) {}

  /**
   * Repeating is safe, and so are several services at once.
   * @throws StartRefused where the server keeps a difference that cannot be changed
   */
  async ensureStreams(): Promise<void> {
    for (const definition of Object.values(streams))
      await this.ensureStream(streamConfig(definition, this.settings))
  }

  /** @throws StartRefused as above */
  async ensureConsumer(definition: ConsumerDefinition): Promise<{ stream: string }> {
    const stream = streamOf(definition.subjects[0])
    const wanted = consumerConfig(definition, this.settings)
    const { consumers } = this.nats.manager
    const present = await found(consumers.info(stream, definition.name))
    if (!present) await consumers.add(stream, wanted)
    else if (differences(wanted, present.config).length) await this.changeConsumer(stream, wanted)
    const config = (await consumers.info(stream, definition.name)).config
    refuseDifferences(`consumer ${definition.name} of ${stream}`, wanted, config)
    return { stream }
  }

  private async ensureStream(code: Partial<StreamConfig> & { name: string }): Promise<void> {
    const api = this.nats.manager.streams
    const present = await found(api.info(code.name))
    const wanted = withSubjectsOf(present?.config, code)
    if (!present) await api.add(wanted)
    else if (differences(wanted, present.config).length) {
      this.log.info('stream is brought into line', { stream: wanted.name })
      await refusing(`stream ${wanted.name}`, api.update(wanted.name, wanted))
    }
    // Read back: an old server drops settings it does not know without a word.
    refuseDifferences(`stream ${wanted.name}`, wanted, (await api.info(wanted.name)).config)
  }

  private async changeConsumer(
    stream: string,
    wanted: Partial<ConsumerConfig> & { durable_name: string },
  ): Promise<void> {
    this.log.info('consumer is brought into line', { consumer: wanted.durable_name })
    await refusing(
      `consumer ${wanted.durable_name} of ${stream}`,
      this.nats.manager.consumers.update(stream, wanted.durable_name, wanted),
    )
  }
}

function streamConfig(
  definition: StreamDefinition,
  { replicas }: NatsSettings,
): Partial<StreamConfig> & { name: string } {
  return {
    name: definition.name,
    description: definition.description,
    subjects: [...definition.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: nanos(definition.maxAgeDays * dayMs),
    max_msg_size: definition.name === streams.deadLetters.name ? -1 : maxMessageBytes,
    num_replicas: replicas,
    duplicate_window: nanos(120_000),
    allow_direct: true,
  }
}

function consumerConfig(
  { name, subjects, policy, observes }: ConsumerDefinition,
  { ackWaitMs }: NatsSettings,
): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: policy.attempts,
    max_ack_pending: maxAckPending,
    ...(observes ? { headers_only: true } : {}),
    ...(subjects.length === 1 ? { filter_subject: subjects[0] } : { filter_subjects: [...subjects] }),
  }
}

/** Subjects are only ever added: a service of an older release that starts again must not take away a newer one's. */
const withSubjectsOf = <Config extends Partial<StreamConfig>>(
  present: StreamConfig | undefined,
  wanted: Config,
): Config => ({
  ...wanted,
  subjects: [...new Set([...(present?.subjects ?? []), ...(wanted.subjects ?? [])])],
})

/** The names of the settings that are not as wanted. */
function differences(wanted: object, actual: object): string[] {
  const have = actual as Record<string, unknown>
  return Object.entries(wanted)
    .filter(([name, value]) => comparable(value) !== comparable(have[name]))
    .map(([name]) => name)
}

const comparable = (value: unknown): string =>
  JSON.stringify(Array.isArray(value) ? [...(value as unknown[])].sort() : value)

function refuseDifferences(what: string, wanted: object, actual: object): void {
  const left = differences(wanted, actual)
  if (left.length) throw new StartRefused(`${what} differs from the code in ${left.join(', ')} and stays so`)
}

/** Undefined for what does not exist yet. */
async function found<T>(info: Promise<T>): Promise<T | undefined> {
  try {
    return await info
  } catch (error) {
    if (error instanceof JetStreamApiError && notFoundCodes.includes(error.code)) return undefined
    throw error
  }
}

/** What a cluster without a leader answers, whatever it is asked. */
const unavailable = 503

/** The server's no to a change is final, unlike a time-out or a cluster that has no leader. */
async function refusing(what: string, change: Promise<unknown>): Promise<void> {
  try {
    await change
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status !== unavailable) {
      throw new StartRefused(`${what} differs from the code and cannot be changed: ${error.message}`)
    }
    throw error
  }
}
