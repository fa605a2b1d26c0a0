import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '#shared/config'
import { ServiceProcess } from '../testing/services/index.js'
import { HangingServer, hangs } from './support/hanging-server.js'
import { ShellCommand } from './support/shell.js'
import { until } from './support/until.js'
import { WebApp, type Ended } from './support/web-app.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Long enough for a machine under load to start Node; a program that is held open stays for ever. */
const endsWithinMs = 20_000

/** Tells the relay, and says what came of it. */
const script = (closes: boolean): string => `
const { connectRelay } = require('@hwpv/async-client')
const options = JSON.parse(process.env.RELAY_OPTIONS ?? '{}')
const relay = connectRelay({ servers: process.env.NATS_URL, timeout: 1_000, ...options })
relay.notifyRelay().then(async (told) => {
  console.log(told)
  ${closes ? 'await relay.close()' : ''}
})`

/** The connection of every service, told to stop once the server has taken it. */
const service = `
const { NatsClient } = await import('${root}dist/libs/shared/src/messaging/index.js')
const { Log } = await import('${root}dist/libs/shared/src/logging/index.js')
const settings = { servers: [process.env.NATS_URL], ackWaitMs: 1, replicas: 1 }
const client = new NatsClient(settings, 'notifier', Log.create('test', 'silent'))
void client.connect()
process.stdin.once('data', async () => {
  await client.close()
  process.stdin.destroy()
  console.log('closed')
})`

const greets = 'greets, and is silent from then on'
const hangsUp = 'hangs up, and says nothing to the next'
const mute = () => undefined

const folder = mkdtempSync(join(tmpdir(), 'hanging-'))

let app: WebApp
let server: HangingServer

beforeAll(async () => {
  app = await WebApp.create()
  app.write('closes.cjs', script(true))
  app.write('forgets.cjs', script(false))
  app.write('service.mjs', service)
}, 180_000)
afterAll(() => {
  app.remove()
  rmSync(folder, { recursive: true })
})
afterEach(() => server.stop())

const run = (file: string, env: Environment = {}): Promise<Ended> =>
  app.run([file], { NATS_URL: server.url, ...env }, endsWithinMs)

const notTold = { code: 0, stdout: 'false\n', stderr: '' }

describe.each(Object.keys(hangs))('a broker that %s', (kind) => {
  beforeEach(async () => {
    server = await HangingServer.start(hangs[kind] ?? mute)
  })

  it('keeps no script of a web app from ending, closed or not', async () => {
    expect(await Promise.all([run('closes.cjs'), run('forgets.cjs')])).toEqual([notTold, notTold])
    expect(server.taken).toBeGreaterThanOrEqual(2)
    await until('nothing is left of the connections', () => server.sockets.size === 0)
  })

  it('keeps no connection of a service open once that is told to stop', async () => {
    const running = app.start(['service.mjs'], { NATS_URL: server.url }, endsWithinMs)
    await until('it is connecting', () => server.taken > (kind === hangsUp ? 1 : 0))
    running.say('stop')
    expect(await running.ended).toEqual({ code: 0, stdout: 'closed\n', stderr: '' })
  })
})

describe('a broker that says nothing', () => {
  beforeEach(async () => {
    server = await HangingServer.start(mute)
  })

  it.each([
    ['TLS that comes first', { tls: { handshakeFirst: true } }],
    ['several servers', { servers: 'SERVER,SERVER' }],
    ['a name that has several addresses', { servers: 'localhost:PORT' }],
    ['a time-out beyond everything', { timeout: 2_000_000_000 }],
  ])('keeps no script from ending, with %s', async (_, options) => {
    const { port } = new URL(server.url)
    const text = JSON.stringify(options).replaceAll('SERVER', server.url).replaceAll('PORT', port)
    const runs = ['closes.cjs', 'forgets.cjs'].map((file) => run(file, { RELAY_OPTIONS: text }))
    expect(await Promise.all(runs)).toEqual([notTold, notTold])
    expect(server.taken).toBeGreaterThanOrEqual(2)
    await until('nothing is left of the connections', () => server.sockets.size === 0)
  })

  it('lets the operator’s commands say so and end', async () => {
    const env = { PATH: process.env.PATH, NATS_URL: server.url, DATA_DIR: folder }
    const ops = new ShellCommand(`${process.execPath} dist/programs/ops.js status`, root, env)
    const { code, out } = await ops.ended
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('NATS cannot be reached within') })
    await until('nothing is left of the connections', () => server.sockets.size === 0)
  })
})

describe('a service whose broker says nothing', () => {
  it.each(['says nothing', greets])('ends at a SIGTERM in good order: %s', async (kind) => {
    server = await HangingServer.start(hangs[kind] ?? mute)
    const env = { PATH: process.env.PATH, NATS_URL: server.url, DATA_DIR: folder, PORT: '0' }
    const relay = new ServiceProcess('task-relay', { env, onLine: () => undefined })
    await relay.listening
    await until('it is connecting', () => server.taken > 0)
    expect(await relay.stop()).toBe('exit code 0')
  })
})
