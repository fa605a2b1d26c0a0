import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/nats-core'
import { controlBucket, streamOf, streams, type StreamDefinition } from '../../contracts/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { NatsSettings } from '../broker/nats.settings.js'

/** The settings of a stream or consumer, by the server's own names. What is not named is to be unset. */
export type Config = Readonly<Record<string, unknown>>

/** A stream or a consumer as it is to be. */
export interface Wanted {
  readonly stream: string
  /** Absent for a stream. */
  readonly consumer?: string
  readonly config: Config
}

/** The settings in which several releases meet: what one of them needs, the others leave. */
export const sharedSettings = ['subjects', 'filter_subjects'] as const

const dayMs = 86_400_000
/**
 * Bytes of a message with its headers. The broker takes twice as much (`max_payload`), so that a dead letter, which
 * is the message with a few headers more, always fits.
 */
const maxMessageBytes = 32_768
/** Waiting for their next try, messages count as pending; there may be many. */
const maxAckPending = 10_000
/** Pulls of one consumer at once: far more than there are replicas. */
const maxWaiting = 512

export const controlStream = `KV_${controlBucket}`

export const wantedStreams = (settings: NatsSettings): Wanted[] => [
  ...Object.values<StreamDefinition>(streams).map((definition) => wantedStream(definition, settings)),
  wantedBucket(settings),
]

export const wantedConsumer = (
  { name, subjects, policy, observes }: ConsumerDefinition,
  { ackWaitMs }: NatsSettings,
): Wanted => ({
  stream: streamOf(subjects[0]),
  consumer: name,
  config: {
    name,
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_wait: nanos(ackWaitMs),
    max_deliver: policy.attempts,
    max_ack_pending: maxAckPending,
    max_waiting: maxWaiting,
    ...(observes ? { headers_only: true } : {}),
    filter_subjects: [...subjects],
  },
})

function wantedStream(definition: StreamDefinition, { replicas }: NatsSettings): Wanted {
  const { name, description, subjects, maxAgeDays } = definition
  return {
    stream: name,
    config: {
      name,
      description,
      subjects: [...subjects],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_age: nanos(maxAgeDays * dayMs),
      ...(name === streams.deadLetters.name ? {} : { max_msg_size: maxMessageBytes }),
      num_replicas: replicas,
      duplicate_window: nanos(120_000),
      allow_direct: true,
    },
  }
}

/** The stream behind the control bucket, as the client's key-value store makes it. */
const wantedBucket = ({ replicas }: NatsSettings): Wanted => ({
  stream: controlStream,
  config: {
    name: controlStream,
    subjects: [`$KV.${controlBucket}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    num_replicas: replicas,
    duplicate_window: nanos(120_000),
    allow_rollup_hdrs: true,
  },
})
