import { jetstream, jetstreamManager, type Consumer, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { unanswered } from './support/answered.js'
import { BareClient } from './support/bare-client.js'
import { until } from './support/until.js'

const stream = 'WORK'
const times = 200

let server: RunningNatsServer
let connection: NatsConnection
let manager: JetStreamManager
let client: BareClient
let consumer: Consumer
const filter_subjects = ['work.done', 'work.first']

beforeAll(async () => {
  server = await startNatsServer()
  connection = await connect({ servers: server.url })
  manager = await jetstreamManager(connection)
  client = await BareClient.connect(server.url)
  await manager.streams.add({ name: stream, subjects: ['work.>'] })
})

afterAll(async () => {
  await client.close()
  await connection.close()
  await server.stop()
})

it('nobody has answered what is stored while there is no consumer', async () => {
  await client.publish('work.done', 'x')
  expect(await client.allAnswered(stream)).toBe(false)
})

it('what was just stored is never taken for answered, whatever the server has counted', async () => {
  await manager.consumers.add(stream, { durable_name: 'first', ack_policy: 'explicit', filter_subjects })
  consumer = await jetstream(connection).consumers.get(stream, 'first')
  await answer()
  const seen: boolean[] = []
  for (let i = 0; i < times; i++) {
    await client.publish('work.done', 'x')
    // Nobody has fetched it: a handler that does nothing looks the same.
    seen.push(await client.allAnswered(stream))
    await answer()
  }
  expect(seen.filter(Boolean)).toEqual([])
}, 120_000)

it('what nobody wants waits for nobody, and what waits to come again is not answered', async () => {
  await client.publish('work.nobody', 'x')
  expect(await unanswered(connection, stream)).toEqual([])
  await client.publish('work.first', 'x')
  const message = await consumer.next()
  message?.nak(60_000)
  await connection.flush()
  expect(await unanswered(connection, stream)).toEqual(['first has messages'])
})

/** The consumer takes a message, and the server has its answer. */
async function answer(): Promise<void> {
  await (await consumer.next())?.ackAck()
  await until('all is answered', () => client.allAnswered(stream))
}
