import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { streams } from '#shared/contracts'
import { Log } from '#shared/logging'
import { startService, type RunningService } from '#shared/service'
import { moduleOf } from '../tools/nats-config/index.js'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { startTopologyKeeper, type RunningTopologyKeeper } from '../tools/provision/index.js'
import { testEnvironment } from './support/environment.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'
import { startSimulators, type Simulators } from '../testing/simulators/index.js'
import { until } from './support/until.js'

const { name: stream } = streams.notifications

/** Everybody is let in: what is tried is what the server itself allows. */
describe('a server whose own limits are lower than what is asked', () => {
  let nats: RunningNatsServer
  let keeper: RunningTopologyKeeper | undefined
  let service: RunningService | undefined
  let database: TestDatabase
  let simulators: Simulators
  let storeDir: string
  const lines: string[] = []

  afterEach(async () => {
    await service?.stop()
    await keeper?.stop()
    await nats.stop()
    rmSync(storeDir, { recursive: true })
    await database.remove()
    await simulators.close()
    lines.length = 0
  })

  async function start(limits: string): Promise<void> {
    storeDir = mkdtempSync(join(tmpdir(), 'server-limits-'))
    // Given twice, a setting has its last value: all of it is said once more.
    const store = `store_dir: ${JSON.stringify(storeDir)}, sync_interval: always`
    nats = await startNatsServer({ storeDir, config: `jetstream { ${store}, limits { ${limits} } }` })
    ;[database, simulators] = await Promise.all([createTestDatabase(), startSimulators()])
    const logTo = new Writable({
      write: (line: Buffer, _, done) => {
        lines.push(line.toString())
        done()
      },
    })
    const env = { ...testEnvironment(simulators), ...database.env, NATS_URL: nats.url }
    keeper = await startTopologyKeeper(env, { log: Log.create('provision', 'info', logTo) })
    service = await startService(moduleOf('notifier'), { name: 'notifier', env, port: 0, logTo })
  }

  const health = async () => (await fetch(`http://127.0.0.1:${service?.port}/health`)).text()

  it.each([
    ['max_request_batch: 1', /max_batch is 1, should be unset/, /max_batch is 1/],
    ['max_ack_pending: 2', /consumer send-email of NOTIFICATIONS is not there/, /max ack pending/i],
  ])('is named by the service, and by who provides them: %s', async (limits, ofService, ofTopologyKeeper) => {
    await start(limits)
    await until('the service says so', async () => ofService.test(await health()))
    await until('the topology keeper says why', () => lines.some((line) => ofTopologyKeeper.test(line)))
    expect(await health()).toContain(stream)
  })
})
