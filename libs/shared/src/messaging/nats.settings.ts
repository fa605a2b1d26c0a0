import { z } from 'zod'
import { readSettings, wholeNumber, type Environment } from '../config/index.js'

export interface NatsSettings {
  readonly servers: string[]
  /** Milliseconds without a sign of life from a handler's process before its message is delivered again. */
  readonly ackWaitMs: number
  /** How many servers of a cluster keep each stream. */
  readonly replicas: number
}

const schema = z.object({
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  NATS_ACK_WAIT_MS: wholeNumber(15_000),
  NATS_STREAM_REPLICAS: wholeNumber(1),
})

export function natsSettings(env: Environment): NatsSettings {
  const { NATS_URL, NATS_ACK_WAIT_MS, NATS_STREAM_REPLICAS } = readSettings(schema, env)
  return {
    servers: NATS_URL.split(',').map((url) => url.trim()),
    ackWaitMs: NATS_ACK_WAIT_MS,
    replicas: NATS_STREAM_REPLICAS,
  }
}
