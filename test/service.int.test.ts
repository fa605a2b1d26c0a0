import { readFileSync, renameSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Controller, Module } from '@nestjs/common'
import { subjects } from '#shared/contracts'
import { Consumes, done, type ConsumerDefinition, type Outcome } from '#shared/messaging'
import { startService, type RunningService } from '#shared/service'
import { findNatsServer, startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { startTopologyKeeper } from '../tools/provision/index.js'
import { onServer } from './support/on-server.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'
import { until } from './support/until.js'

const packageFile = new URL('../package.json', import.meta.url)
const { version: packageVersion } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

const definition: ConsumerDefinition = {
  name: 'service-test',
  subjects: [subjects.scheduleDaily],
  policy: { attempts: 3, backoff: { baseMs: 20, capMs: 40 }, timeOutMs: 300, concurrency: 4 },
}

@Controller()
class IdleHandler {
  @Consumes(definition)
  handle(): Promise<Outcome> {
    return Promise.resolve(done)
  }
}

@Module({ controllers: [IdleHandler] })
class IdleModule {}

describe('a service', () => {
  const stops: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    await findNatsServer()
  }, 120_000)

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  })

  async function startNats(): Promise<RunningNatsServer> {
    const nats = await startNatsServer()
    stops.push(() => nats.stop())
    const keeper = await startTopologyKeeper({ NATS_URL: nats.url }, { consumers: [definition] })
    stops.push(() => keeper.stop())
    return nats
  }

  async function createDatabase(): Promise<TestDatabase> {
    const database = await createTestDatabase()
    stops.push(() => database.remove())
    return database
  }

  async function start(database: TestDatabase, natsUrl: string): Promise<RunningService> {
    const env = { ...database.env, NATS_URL: natsUrl, LOG_LEVEL: 'silent' }
    const service = await startService(IdleModule, { name: 'idle', env, port: 0 })
    stops.push(() => service.stop())
    return service
  }

  async function ask(service: RunningService, path: string) {
    const response = await fetch(`http://127.0.0.1:${service.port}${path}`)
    return { status: response.status, body: await response.text() }
  }

  const rollout = async (service: RunningService) => (await ask(service, '/health/rollout')).status
  const readiness = async (service: RunningService) => (await ask(service, '/health/readiness')).status

  it('says what it is', async () => {
    const service = await start(await createDatabase(), (await startNats()).url)
    await service.ready
    expect(await ask(service, '/ping')).toEqual({ status: 200, body: 'pong' })
    expect(await ask(service, '/health/liveness')).toEqual({ status: 200, body: '{"status":"ok"}' })
    expect(await readiness(service)).toBe(200)
    const info = JSON.parse((await ask(service, '/info')).body) as Record<string, unknown>
    expect(info).toEqual({
      name: 'idle',
      version: packageVersion,
      commit: expect.stringMatching(/^([0-9a-f]{40}|unknown)$/) as unknown,
      node: process.version,
      startedAt: expect.any(String) as unknown,
      uptimeSeconds: expect.any(Number) as unknown,
      git: { branch: 'unknown', commit: { id: expect.any(String) as unknown } },
      build: { artifact: 'idle', name: 'idle', version: packageVersion },
      productId: 'UNASSIGNED',
    })
    // UTC, whatever clock the services work by.
    expect(Math.abs(Date.now() - Date.parse(String(info.startedAt)))).toBeLessThan(60_000)
    const health = JSON.parse((await ask(service, '/health')).body) as { status: string; details: object }
    expect(health.status).toBe('ok')
    expect(health.details).toMatchObject({
      nats: { status: 'up' },
      database: { status: 'up' },
      streams: { status: 'up', CLAIMS: { messages: 0 } },
      consumers: { status: 'up', 'service-test': { waiting: 0, unanswered: 0 } },
    })
  })

  it('is alive but not ready while NATS is away, from the start and later, and recovers by itself', async () => {
    const database = await createDatabase()
    const nats = await startNats()
    await nats.kill()
    const service = await start(database, nats.url)
    expect(await readiness(service)).toBe(503)
    await until('a roll-out goes on meanwhile', async () => (await rollout(service)) === 200)
    expect((await ask(service, '/health/liveness')).status).toBe(200)
    await nats.restart()
    await service.ready
    expect(await readiness(service)).toBe(200)
    await nats.kill()
    await until('it is not ready', async () => (await readiness(service)) === 503)
    expect((await ask(service, '/health')).status).toBe(503)
    expect(await rollout(service)).toBe(200)
    await nats.restart()
    await until('it is ready again', async () => (await readiness(service)) === 200)
  })

  const onSqlite = it.skipIf(onServer)
  onSqlite('is not ready while the database file is away, and recovers by itself', async () => {
    const database = await createDatabase()
    const service = await start(database, (await startNats()).url)
    await service.ready
    const file = join(database.env.DATA_DIR ?? '', 'hwpv.sqlite')
    renameSync(file, `${file}.away`)
    expect(await readiness(service)).toBe(503)
    expect(await rollout(service)).toBe(200)
    expect((await ask(service, '/health/liveness')).status).toBe(200)
    renameSync(`${file}.away`, file)
    // An answer is kept for a second.
    await until('it is ready again', async () => (await readiness(service)) === 200)
  })

  it('refuses a server older than 2.10', async () => {
    const sockets = new Set<Socket>()
    const info = JSON.stringify({
      server_id: 'X',
      version: '2.9.10',
      proto: 1,
      headers: true,
      max_payload: 1048576,
    })
    const old = createServer((socket) => {
      sockets.add(socket)
      socket.write(`INFO ${info}\r\n`)
      socket.on('data', (data) => data.includes('PING') && socket.write('PONG\r\n'))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve))
    stops.push(async () => {
      sockets.forEach((socket) => socket.destroy())
      await new Promise((resolve) => old.close(resolve))
    })
    const address = old.address() as { port: number }
    const service = await start(await createDatabase(), `nats://127.0.0.1:${address.port}`)
    await expect(service.ready).rejects.toThrow('nats-server 2.9.10 is too old: 2.10 or newer is needed')
  })
})
