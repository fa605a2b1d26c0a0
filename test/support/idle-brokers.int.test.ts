import { expect, it } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { provideOnce } from '../../tools/provision/index.js'
import type { Broker } from './broker.js'
import { giveBack, takeBroker } from './idle-brokers.js'

async function streamsOf({ url }: Broker): Promise<number> {
  const connection = await connect({ servers: url, tls: null })
  try {
    const { streams } = await jetstreamManager(connection)
    return (await streams.names().next()).length
  } finally {
    await connection.close()
  }
}

it('gives the next case the same server, with nothing in it', async () => {
  const first = await takeBroker()
  await provideOnce(first.envOf('provision'))
  expect(await streamsOf(first)).toBeGreaterThan(5)
  await giveBack(first)
  const next = await takeBroker()
  expect([next.pid, await streamsOf(next)]).toEqual([first.pid, 0])
  await giveBack(next)
})

it('gives nobody a server that another has, or that was killed or started again', async () => {
  const [one, other] = await Promise.all([takeBroker(), takeBroker()])
  const pids = [one.pid, other.pid]
  expect(new Set(pids).size).toBe(2)
  await one.restart()
  await other.kill()
  await Promise.all([giveBack(one), giveBack(other)])
  const next = await takeBroker()
  expect([...pids, one.pid]).not.toContain(next.pid)
  await giveBack(next)
})
