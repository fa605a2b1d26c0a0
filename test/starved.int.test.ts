import { afterAll, beforeAll, expect, it } from 'vitest'
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { startBroker, type Broker } from './support/broker.js'
import { provideOnce } from '../tools/provision/index.js'
import { streams, subjects } from '#shared/contracts'
import { consumer, natsSettings } from '#shared/messaging'
import { nobodyFetches, starvedWords } from '#shared/operations'

const [stream, name] = [streams.notifications.name, 'send-email'] as const
let broker: Broker
let connection: NatsConnection
let manager: JetStreamManager

beforeAll(async () => {
  broker = await startBroker()
  await provideOnce(broker.envOf('provision'))
  connection = await connect({ servers: broker.url, tls: null })
  manager = await jetstreamManager(connection)
}, 120_000)
afterAll(async () => {
  await connection?.close()
  await broker?.stop()
})

const settings = natsSettings({})

/** What is said of it as the server tells it now, but looked at so much later, in milliseconds. */
async function wordsAfter(ms: number): Promise<string | null> {
  const info = await manager.consumers.info(stream, name)
  expect([info.num_waiting, info.num_ack_pending]).toEqual([0, 1])
  const ts = new Date(Date.parse(info.ts ?? '') + ms).toISOString()
  return starvedWords(name, { ...info, ts }, settings, false)
}

it('is not taken in by what a dead replica was given: it looks at when something last moved', async () => {
  await jetstream(connection).publish(subjects.notifyClaimAccepted, '{}')
  // It is given a message and never answers, as one that is killed.
  expect(await (await jetstream(connection).consumers.get(stream, name)).next()).not.toBeNull()
  const longest = consumer(name).policy.timeOutMs + settings.ackWaitMs
  expect(await wordsAfter(0)).toBeNull()
  expect(await wordsAfter(longest - 10_000)).toBeNull()
  expect(await wordsAfter(longest + 1_000)).toBe(nobodyFetches)
})
