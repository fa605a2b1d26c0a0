import { connect as dialTcp, type Socket } from 'node:net'
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Module } from '@nestjs/common'
import { ServiceState, startService, type RunningService } from '#shared/service'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { provideOnce } from '../tools/provision/index.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'
import { until } from './support/until.js'

@Module({})
class IdleModule {}

const paths = [
  '/ping',
  '/info',
  '/metrics',
  '/health',
  '/health/liveness',
  '/health/readiness',
  '/health/rollout',
]

let nats: RunningNatsServer
let database: TestDatabase
let service: RunningService
let watcher: NatsConnection
/** What the broker was asked, by subject. */
const asked: string[] = []
/** How often something that only this service needs was asked; it can be made to hang. */
let needed = 0
let answer: () => Promise<void> = () => Promise.resolve()

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
  const env = { ...database.env, NATS_URL: nats.url, LOG_LEVEL: 'silent' }
  await provideOnce(env, { consumers: [] })
  service = await startService(IdleModule, { name: 'idle', env, port: 0 })
  await service.ready
  service.app.get(ServiceState).needs.set('bucket', () => {
    needed++
    return answer()
  })
  watcher = await connectNats({ servers: nats.url })
  watcher.subscribe('$JS.API.STREAM.INFO.*', { callback: (_, { subject }) => void asked.push(subject) })
  await watcher.flush()
}, 120_000)

afterAll(async () => {
  await watcher.close()
  await service.stop()
  await Promise.all([nats.stop(), database.remove()])
})

const ask = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${service.port}${path}`, init)

/** Sends bytes as they are, and reads until the service closes the connection. */
async function sent(text: string): Promise<{ said: string; socket: Socket }> {
  let said = ''
  const socket = dialTcp(service.port, '127.0.0.1')
  socket.on('data', (data) => (said += data.toString())).on('error', () => undefined)
  if (text) socket.write(text)
  await until('the connection is closed', () => socket.closed, 30_000, 20)
  return { said, socket }
}

describe('what a service is asked about itself', () => {
  it.each(['/health', '/health/readiness'])('is one question to others: 300 times %s', async (path) => {
    await ask(path)
    asked.length = needed = 0
    const answers = await Promise.all(Array.from({ length: 300 }, () => ask(path)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await watcher.flush()
    // As often as the answer became too old, which takes a second; a slow machine may need some.
    expect(needed).toBeLessThanOrEqual(10)
    for (const subject of new Set(asked))
      expect(asked.filter((each) => each === subject).length).toBeLessThanOrEqual(10)
  })

  it('is asked anew when the answer is old', async () => {
    const before = needed
    await until('it is asked again', async () => (await ask('/health/readiness')).ok && needed > before + 1)
  })

  it('is answered in time, and asked once, while somebody hangs', async () => {
    let release: () => void = () => undefined
    answer = () => new Promise((resolve) => (release = resolve))
    await until('the old answer is gone', async () => (await ask('/health/readiness')).status === 503)
    const before = needed
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('/health/readiness')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(needed).toBe(before)
    answer = () => Promise.resolve()
    release()
    await until('it is ready again', async () => (await ask('/health/readiness')).ok)
  })
})

describe('the port of a service', () => {
  it.each([...paths, '/nowhere'])('does not say what it is made with: %s', async (path) => {
    const { headers } = await ask(path)
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('server')).toBeNull()
  })

  it.each(['/nowhere', '/health/nowhere', '/%00', '/%E0%A4%A', '/mirabel@example.org', '/..%2f..%2fetc'])(
    'knows no %s, and says so in two words',
    async (path) => {
      const response = await ask(path)
      expect([response.status, await response.text()]).toEqual([404, 'not found'])
    },
  )

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('takes no %s', async (method) => {
    for (const path of [...paths, '/nowhere']) {
      const response = await ask(path, { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      expect(await response.text()).toBe('only GET and HEAD')
    }
  })

  it('answers HEAD as GET, without the words', async () => {
    for (const path of paths) {
      const response = await ask(path, { method: 'HEAD' })
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })

  it.each([
    ['of a length', 'Content-Length: 1000000\r\n\r\nthe beginning of it', 'GET'],
    ['without a length', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', 'GET'],
    ['that is announced', 'Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n', 'GET'],
    ['of a POST', 'Content-Length: 1000000\r\n\r\n{"', 'POST'],
  ])('reads no body, and does not wait for its end: one %s', async (_, rest, method) => {
    const begun = performance.now()
    const { said } = await sent(`${method} /ping HTTP/1.1\r\nHost: here\r\n${rest}`)
    expect(said).toMatch(
      method === 'GET' ? /^(HTTP\/1.1 100 Continue\r\n\r\n)?HTTP\/1.1 413 / : /^HTTP\/1.1 405 /,
    )
    // Well before any of the time-outs.
    expect(performance.now() - begun).toBeLessThan(8_000)
  })

  it('lets a connection go that says nothing, or never ends its headers', async () => {
    const [silent, half] = await Promise.all([sent(''), sent('GET /ping HTTP/1.1\r\nHost: ')])
    expect([silent.said, half.said].join('')).not.toContain('200')
  })

  it('refuses headers that are too large', async () => {
    const { said } = await sent(`GET /ping HTTP/1.1\r\nHost: here\r\nX: ${'x'.repeat(9_000)}\r\n\r\n`)
    expect(said).toMatch(/^HTTP\/1.1 431 /)
  })

  it('holds nobody up who stops the service', async () => {
    const env = { ...database.env, NATS_URL: nats.url, LOG_LEVEL: 'silent' }
    const other = await startService(IdleModule, { name: 'other', env, port: 0 })
    await other.ready
    const socket = dialTcp(other.port, '127.0.0.1')
      .on('error', () => undefined)
      .resume()
    socket.write('GET /ping HTTP/1.1\r\nHost: here\r\n\r\nGET /ping HT')
    await until('it is answered', () => socket.bytesRead > 0)
    await other.stop()
    await until('the connection is closed', () => socket.closed)
  })
})
