import { z } from 'zod'
import type { Authenticator } from '@nats-io/nats-core'
import {
  readSettings,
  textOr,
  wholeNumber,
  type Environment,
  type SettingsGroup,
} from '../../config/index.js'
import { natsFilesSchema, readLogin, readTls, type NatsTls } from './nats.files.js'

export interface NatsSettings {
  readonly servers: string[]
  /** Milliseconds without a sign of life from a handler's process before its message is delivered again. */
  readonly ackWaitMs: number
  /** How many servers of a cluster keep each stream. */
  readonly replicas: number
  /** Says who this is; without it the broker has to take anybody. */
  readonly authenticator?: Authenticator
  /** With it, no connection is made without TLS. */
  readonly tls?: NatsTls
}

const schema = z.object({
  NATS_URL: textOr('nats://127.0.0.1:4222', { words: 'servers, separated by commas' }),
  NATS_ACK_WAIT_MS: wholeNumber(15_000, {
    words:
      'if the process that holds a message is silent for so long, the message is delivered again; the same for `provision` and `ops`',
  }),
  NATS_STREAM_REPLICAS: wholeNumber(1, {
    words:
      'how many servers of a NATS cluster keep each stream: 3 in a cluster of three, which may then lose one; the same for `provision` and `ops`',
  }),
})

/** What every service asks of its environment to reach the broker. */
export const natsSettingsGroups: readonly SettingsGroup[] = [{ schema: natsFilesSchema }, { schema }]

/**
 * The files it names are read now: what is wrong with them is said at the start, and a new key needs another one.
 * @throws SettingsError naming what is missing, malformed or cannot be read
 */
export function natsSettings(env: Environment): NatsSettings {
  const { NATS_URL, NATS_ACK_WAIT_MS, NATS_STREAM_REPLICAS } = readSettings(schema, env)
  const servers = NATS_URL.split(',').map((url) => url.trim())
  const authenticator = readLogin(env)
  const tls = readTls(env) ?? (servers.some((url) => url.startsWith('tls://')) ? {} : undefined)
  return {
    servers,
    ackWaitMs: NATS_ACK_WAIT_MS,
    replicas: NATS_STREAM_REPLICAS,
    ...(authenticator ? { authenticator } : {}),
    ...(tls ? { tls } : {}),
  }
}
