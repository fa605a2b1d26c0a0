import { EventEmitter, once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../figures.js'
import { figuresOf, measured, others } from './measured.js'
import { startPostgres } from './servers.js'

/** Jobs that are inserted in one go, and that a worker takes at once. */
const [atOnce, batch] = [1_000, 100]

/**
 * The same with pg-boss: as many jobs that do nothing, in batches of a hundred, by as many workers as our handler has hands. It
 * knows no flows: who asks for them counts until none is left, and then comes the last one.
 */
export const flowPgBossBench: Benchmark = async (progress) => {
  const server = await startPostgres()
  if (!server) {
    progress('flow-pg-boss: PostgreSQL is not installed')
    return []
  }
  const PgBoss = (await import('pg-boss')).default
  const boss = new PgBoss({ host: '127.0.0.1', port: server.port, user: 'bench', database: 'postgres' })
  try {
    await boss.start()
    for (const queue of ['items', 'last']) await boss.createQueue(queue)
    let done = 0
    const events = new EventEmitter()
    const ended = once(events, 'ended')
    const options = { batchSize: batch, pollingIntervalSeconds: 0.5 }
    for (let hand = 0; hand < others.hands; hand++)
      await boss.work('items', options, (jobs) => Promise.resolve((done += jobs.length)))
    await boss.work('last', { pollingIntervalSeconds: 0.5 }, () => Promise.resolve(events.emit('ended')))
    progress(`flow-pg-boss: ${others.items} items that do nothing, PostgreSQL ${server.version}`)
    const spent = await measured(
      server.pid,
      () => done,
      async () => {
        for (let start = 0; start < others.items; start += atOnce)
          await boss.insert(
            Array.from({ length: Math.min(atOnce, others.items - start) }, (_, n) => ({
              ...{ name: 'items', data: { claimId: start + n + 1 } },
            })),
          )
        while (await boss.getQueueSize('items', { before: 'completed' })) await delay(500)
        await boss.send('last', {})
        await ended
      },
    )
    if (done !== others.items) throw new Error(`${done} of ${others.items} done`)
    return figuresOf('pg-boss', spent)
  } finally {
    await boss.stop({ graceful: false, wait: true })
    await server.stop()
  }
}
