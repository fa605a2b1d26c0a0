import { EventEmitter, once } from 'node:events'
import type { Benchmark } from '../figures.js'
import { figuresOf, measured, others } from './measured.js'
import { startRedis } from './servers.js'

/**
 * The same as `flow` with BullMQ's flows: a parent of as many children that do nothing, which is done once they are. All in
 * this process but the server, with as many hands as our handler has.
 */
export const flowBullmqBench: Benchmark = async (progress) => {
  const server = await startRedis()
  const { FlowProducer, Worker } = await import('bullmq')
  const connection = { host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null }
  const producer = new FlowProducer({ connection })
  let done = 0
  const items = new Worker('items', () => Promise.resolve((done += 1)), {
    ...{ connection, concurrency: others.hands },
  })
  const events = new EventEmitter()
  const ended = once(events, 'ended')
  const last = new Worker('last', () => Promise.resolve(events.emit('ended')), { connection })
  try {
    progress(`flow-bullmq: ${others.items} items that do nothing, redis-server ${server.version}`)
    const spent = await measured(
      server.pid,
      () => done,
      async () => {
        await producer.add({
          ...{ name: 'last', queueName: 'last', data: {} },
          children: Array.from({ length: others.items }, (_, n) => ({
            ...{ name: 'item', queueName: 'items', data: { claimId: n + 1 } },
          })),
        })
        await ended
      },
    )
    if (done !== others.items) throw new Error(`${done} of ${others.items} done`)
    return figuresOf('BullMQ', spent)
  } finally {
    await Promise.all([items.close(true), last.close(true), producer.close()])
    await server.stop()
  }
}
