import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import type { Environment } from '#shared/config'
import { noNats, runOps } from '../../test/support/run-ops.js'
import { startNatsServer, type RunningNatsServer } from '../../testing/nats-server/index.js'
import { provideOnce } from '../../tools/provision/index.js'
import { ops } from './src/ops.js'

let nats: RunningNatsServer
let connection: NatsConnection
let manager: JetStreamManager
let folder: string
let env: Environment

beforeAll(async () => {
  nats = await startNatsServer()
  connection = await connect({ servers: nats.url })
  manager = await jetstreamManager(connection)
}, 120_000)
afterAll(async () => {
  await connection.close()
  await nats.stop()
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ops-test-'))
  env = { NATS_URL: nats.url, DATA_DIR: folder, CLOCK_START: '2026-11-21 12:00:00' }
  const database = DatabaseConnection.open(databaseSettings(env))
  await migrate(database, { withWebApps: true })
  await database.close()
  await provide()
})
afterEach(async () => {
  const names = await manager.streams.names().next()
  if (names.includes('SCHEDULE')) await manager.streams.delete('SCHEDULE')
  await rm(folder, { recursive: true })
})

const provide = () => provideOnce(env, { consumers: [] })

const run = (line: string, more: Environment = {}, connectMs?: number) =>
  runOps(line, { ...env, ...more }, connectMs)

async function lastMessage() {
  const { state } = await manager.streams.info('SCHEDULE')
  const message = await manager.streams.getMessage('SCHEDULE', { seq: state.last_seq })
  return {
    count: state.messages,
    subject: message?.subject,
    id: message?.header.get('Nats-Msg-Id'),
    source: message?.header.get('ce-source'),
    body: message?.json(),
  }
}

async function runs() {
  const database = DatabaseConnection.open(databaseSettings(env))
  try {
    return await database.db.selectFrom('AsyncSchema.ScheduleRun').selectAll().execute()
  } finally {
    await database.close()
  }
}

describe('fire', () => {
  it('publishes the event of the job, and records the run', async () => {
    expect(await run('fire daily --date 2026-11-21')).toEqual({
      code: 0,
      out: ['daily for 2026-11-21: published'],
      err: [],
    })
    expect(await lastMessage()).toEqual({
      count: 1,
      subject: 'schedule.daily',
      id: 'schedule.daily.2026-11-21',
      source: 'hwpv/ops',
      body: { date: '2026-11-21' },
    })
    expect(await runs()).toMatchObject([{ Job: 'daily', RunDate: '2026-11-21' }])
  }, 30_000)

  it('does not fire a job again for its date', async () => {
    await run('fire payment-run --date 2026-11-20')
    const before = await runs()
    // With the stream, the server's own memory of ids goes: it is the record of the run that counts.
    await manager.streams.delete('SCHEDULE')
    await provide()
    const { code, out, err } = await run('fire payment-run --date=2026-11-20')

    expect({ code, err }).toEqual({ code: 0, err: [] })
    expect(out).toEqual([
      `payment-run for 2026-11-20: fired already, at ${before[0]?.DateFired.slice(0, 19)}; not published again`,
    ])
    expect((await manager.streams.info('SCHEDULE')).state.messages).toBe(0)
    expect(await runs()).toEqual(before)
  }, 30_000)

  it('fires a job again where its event was lost, if it is told to, with the same id', async () => {
    await run('fire daily --date 2026-11-20')
    const before = await runs()
    await manager.streams.delete('SCHEDULE')
    await provide()
    expect(await run('fire daily --date 2026-11-20 --again')).toEqual({
      code: 0,
      out: ['daily for 2026-11-20: published'],
      err: [],
    })
    expect(await lastMessage()).toMatchObject({ count: 1, id: 'schedule.daily.2026-11-20' })
    expect(await runs()).toEqual(before)
  }, 30_000)

  it("takes today's London date, also where the machine's zone is on another day", async () => {
    const { code } = await run('fire auto-approval', { CLOCK_START: '2026-07-01 00:30:00' })
    expect(code).toBe(0)
    expect((await lastMessage()).id).toBe('schedule.auto-approval.2026-07-01')
    expect(await runs()).toMatchObject([{ Job: 'auto-approval', RunDate: '2026-07-01' }])
  }, 30_000)

  it('refuses a date that has not come yet, and records nothing', async () => {
    const tomorrow = await run('fire daily --date 2026-11-22', { CLOCK_START: '2026-11-21 23:59:50' })
    expect({ ...tomorrow, err: tomorrow.err.length }).toEqual({ code: 2, out: [], err: 1 })
    expect(tomorrow.err[0]).toContain('ops fire: the date has not come yet')
    expect(await runs()).toEqual([])
    expect((await manager.streams.info('SCHEDULE')).state.messages).toBe(0)

    const today = await run('fire daily --date 2026-11-22', { CLOCK_START: '2026-11-22 00:00:00' })
    expect(today).toEqual({ code: 0, out: ['daily for 2026-11-22: published'], err: [] })
  }, 30_000)

  it.each([
    ['fire', 'the job is one of auto-approval, daily, payment-run'],
    ['fire weekly', 'the job is one of'],
    ['fire toString', 'the job is one of'],
    ['fire daily payment-run', 'one job at a time'],
    ['fire daily --date', "Option '--date <value>' argument missing"],
    ['fire daily --date 2026-02-29', 'the date is a day that exists, as YYYY-MM-DD'],
    ['fire daily --date 21/11/2026', 'the date is a day that exists'],
    ['fire daily --date=', 'the date is a day that exists'],
    ['fire daily --when 2026-11-21', "Unknown option '--when'"],
    ['', 'commands: dead-letters, fire, flows, journey'],
    ['toString', 'commands: dead-letters'],
  ])('refuses "%s" in one line', async (args, reason) => {
    const { code, out, err } = await run(args, noNats)
    expect({ code, out }).toEqual({ code: 2, out: [] })
    expect(err).toHaveLength(1)
    expect(err[0]).toContain(reason)
    expect(err[0]).not.toContain('\n')
  })

  it.each(['--help', '-h', 'fire --help', 'fire daily -h'])('%s says how it is used', async (args) => {
    const { code, out, err } = await run(args)
    expect({ code, err }).toEqual({ code: 0, err: [] })
    // With so many jobs the line is broken before them.
    expect(out[0]).toMatch(/fire\s+<auto-approval\|daily\|payment-run\|prison-register\|/)
  })
})

describe('what cannot be reached', () => {
  let silent: Server
  const sockets: Socket[] = []

  beforeAll(async () => {
    silent = createServer((socket) => sockets.push(socket))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    sockets.forEach((socket) => socket.destroy())
    await new Promise((resolve) => silent.close(resolve))
  })

  async function expectUnreachable(url: string, connectMs?: number) {
    const { code, out, err } = await run('fire daily', { NATS_URL: url }, connectMs)
    expect({ code, out }).toEqual({ code: 1, out: [] })
    const line = `^ops fire: NATS cannot be reached within ${(connectMs ?? 5_000) / 1_000} s \\(.+\\): see NATS_URL$`
    expect(err).toEqual([expect.stringMatching(line)])
  }

  it('a NATS server that is not there', () => expectUnreachable('nats://127.0.0.1:1'), 30_000)

  it('a NATS server that is silent', async () => {
    const { port } = silent.address() as AddressInfo
    await expectUnreachable(`nats://127.0.0.1:${port}`, 300)
  }, 30_000)

  it('settings that are missing', async () => {
    const { code, out, err } = await run('fire daily', {
      APVS_DATABASE_SERVER: '127.0.0.1',
      CLOCK_START: undefined,
    })
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(err).toEqual([expect.stringMatching(/^ops fire: settings: APVS_DATABASE_SERVER is set, so .+$/)])
  })

  it.each(['fire daily', 'status', 'dead-letters list'])(
    'a clock of its own beside SQL Server: %s',
    async (line) => {
      const server = {
        ...{ APVS_DATABASE_SERVER: '127.0.0.1,1', APVS_DATABASE: 'hwpv', APVS_ARCHIVE_DATABASE: 'archive' },
        ...{ APVS_ASYNC_WORKER_USERNAME: 'worker', APVS_ASYNC_WORKER_PASSWORD: 'secret' },
      }
      const [out, err]: [string[], string[]] = [[], []]
      const code = await ops(line.split(' '), {
        ...{ env: { ...env, ...server }, connectMs: 2_000 },
        ...{ out: (text) => out.push(text), err: (text) => err.push(text) },
      })
      expect({ code, out }).toEqual({ code: 1, out: [] })
      expect(err).toEqual([
        `ops ${line.split(' ')[0]}: settings: CLOCK_START is only for the embedded database`,
      ])
    },
    30_000,
  )

  it('a database that cannot be used: nothing is published', async () => {
    expect((await run('fire daily --date 2026-11-20')).code).toBe(0)
    const broken = join(folder, 'broken')
    await mkdir(broken)
    await writeFile(join(broken, 'hwpv.sqlite'), 'x'.repeat(4_096))
    const { code, out, err } = await run('fire daily --date 2026-11-21', { DATA_DIR: broken })
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(err).toEqual([expect.stringMatching(/^ops fire: the database cannot be used: .+$/)])
    expect((await lastMessage()).id).toBe('schedule.daily.2026-11-20')
  }, 30_000)

  it('a data folder with no database: none is made there', async () => {
    const empty = join(folder, 'empty')
    const { code, out, err } = await run('fire daily', { DATA_DIR: empty })
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(err).toEqual(['ops fire: there is no database in DATA_DIR: no service has been started there'])
    expect(existsSync(empty)).toBe(false)
  }, 30_000)
})
