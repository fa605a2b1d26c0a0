import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  findNatsServer,
  minimumVersion,
  natsUrlForTools,
  startNatsServer,
  type NatsServerBinary,
  type RunningNatsServer,
  type StartOptions,
} from './index.js'

let binary: NatsServerBinary
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-server-test-'))
  binary = await findNatsServer()
}, 120_000)

const started: RunningNatsServer[] = []

async function start(options: StartOptions): Promise<RunningNatsServer> {
  const server = await startNatsServer({ binary, ...options })
  started.push(server)
  return server
}

afterEach(() => Promise.all(started.splice(0).map((server) => server.stop())))

afterAll(() => rm(folder, { recursive: true }))

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const foldersOfProcess = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`nats-server-${process.pid}-`))
/** Of the servers that wait for other files' cases. */
const foldersBefore = await foldersOfProcess()
const ownFolders = async () => (await foldersOfProcess()).filter((name) => !foldersBefore.includes(name))

async function connected<T>(
  server: { url: string },
  use: (connection: NatsConnection) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: server.url, reconnect: false })
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}

const publish = (server: RunningNatsServer, text: string) =>
  connected(server, async (connection) => {
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] })
    await jetstream(connection).publish('kept.one', text)
  })

const keptMessages = (server: RunningNatsServer) =>
  connected(server, async (connection) => {
    const manager = await jetstreamManager(connection)
    const { state } = await manager.streams.info('KEPT')
    return state.messages
  })

async function fakeServer(name: string, prints: string): Promise<string> {
  const bin = join(folder, name)
  await mkdir(bin)
  await writeFile(join(bin, 'nats-server'), `#!/bin/sh\necho '${prints}'\n`)
  await chmod(join(bin, 'nats-server'), 0o755)
  return bin
}

describe('finding a nats-server', () => {
  it('finds one that is new enough', () => {
    const [major = 0, minor = 0] = binary.version.split('.').map(Number)
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(2010)
    expect(minimumVersion).toBe('2.10')
  })

  it('leaves no half-fetched files and no package lists behind', async () => {
    if (binary.kind !== 'program' || (binary.source !== 'cache' && binary.source !== 'debian')) return
    const cached = await readdir(dirname(binary.path))
    expect(cached.filter((name) => name.includes(`.${process.pid}.`))).toEqual([])
    expect(await ownFolders()).toEqual([])
  })

  it('takes the first on the PATH that is new enough, passing over an old one', async () => {
    const old = await fakeServer('old', 'nats-server: v2.9.25')
    const recent = await fakeServer('recent', 'nats-server: v2.10.0')
    const found = await findNatsServer({ env: { PATH: `${old}:${recent}` } })
    expect(found).toEqual({
      kind: 'program',
      path: join(recent, 'nats-server'),
      version: '2.10.0',
      source: 'path',
    })
  })

  it('prefers NATS_SERVER_BIN, and says so if that is no use', async () => {
    const bin = (name: string) => join(folder, name, 'nats-server')
    const env = (path: string) => ({ env: { NATS_SERVER_BIN: path, PATH: process.env['PATH'] } })
    await fakeServer('other', 'some other program 2.12.0')
    await fakeServer('chosen', 'nats-server: v3.0.1')
    expect(await findNatsServer(env(bin('chosen')))).toMatchObject({
      version: '3.0.1',
      source: 'environment',
    })
    await expect(findNatsServer(env(bin('other')))).rejects.toThrow(/NATS_SERVER_BIN .*not a nats-server/)
    await expect(findNatsServer(env(bin('missing')))).rejects.toThrow(/NATS_SERVER_BIN .*ENOENT/)
  })
})

describe('running a nats-server', () => {
  it('keeps acknowledged messages when killed and restarted, and leaves nothing when stopped', async () => {
    const server = await start({ httpPort: 0 })
    const { port, pid, storeDir } = server
    await publish(server, 'survives')
    const pages = await fetch(`${server.httpUrl}/jsz`)
    expect(await pages.json()).toMatchObject({ config: { sync_always: true } })

    await server.kill()
    expect(isRunning(pid)).toBe(false)
    await server.restart()
    expect(server.port).toBe(port)
    expect(server.pid).not.toBe(pid)
    expect(await keptMessages(server)).toBe(1)

    await server.restart()
    expect(await keptMessages(server)).toBe(1)

    await server.stop()
    await server.stop()
    expect(isRunning(server.pid)).toBe(false)
    expect(existsSync(dirname(storeDir))).toBe(false)
    await expect(server.restart()).rejects.toThrow(/stopped/)
  })

  it('leaves a store alone that it was given', async () => {
    const storeDir = join(folder, 'store')
    const first = await start({ storeDir })
    await publish(first, 'stays')
    await first.stop()
    const second = await start({ storeDir, port: first.port })
    expect(second.url).toBe(first.url)
    expect(await keptMessages(second)).toBe(1)
  })

  it('takes more configuration, and stops on a signal', async () => {
    const abort = new AbortController()
    const server = await start({ config: 'max_payload: 2048', signal: abort.signal })
    const connection = await connect({ servers: server.url, reconnect: false })
    expect(connection.info?.max_payload).toBe(2048)
    abort.abort()
    await connection.closed()
    await expect(start({ signal: abort.signal })).rejects.toThrow(/abort/)
  })

  it('says what the server said when it cannot start', async () => {
    await expect(start({ config: 'no_such_setting: 1' })).rejects.toThrow(
      /ended at once \(exit code 1\).*\n.*no_such_setting/s,
    )
    const server = await start({})
    await expect(start({ port: server.port })).rejects.toThrow(/address already in use/)
    await server.stop()
    expect(await ownFolders()).toEqual([])
  })

  it('gives tools the server that NATS_URL names, or one of their own', async () => {
    const before = process.env['NATS_URL']
    try {
      process.env['NATS_URL'] = 'nats://nats.example.com:4222'
      const named = await natsUrlForTools()
      expect(named.url).toBe('nats://nats.example.com:4222')
      await named.stop()

      delete process.env['NATS_URL']
      const own = await natsUrlForTools()
      try {
        await connected(own, (connection) => connection.flush())
      } finally {
        await own.stop()
      }
      await expect(connected(own, () => Promise.resolve())).rejects.toThrow()
    } finally {
      if (before === undefined) delete process.env['NATS_URL']
      else process.env['NATS_URL'] = before
    }
  })
})
