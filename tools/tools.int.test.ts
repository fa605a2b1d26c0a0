import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kindsOfClaims } from '../testing/simulators/external-web-app/claim-kinds.js'
import { findNatsServer } from '../testing/nats-server/index.js'

const tool = (name: string): string => join(import.meta.dirname, '..', 'dist', 'tools', name, 'main.js')

// What is told of fetching one, once in a checkout's life, is not what these tests read.
beforeAll(() => findNatsServer(), 120_000)

let folder: string
let children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwpv-tools-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a built tool to its end, in a temporary folder of its own; `onOut` is told of all it has printed so far. */
function run(
  name: string,
  args: string[],
  env: Record<string, string> = {},
  onOut: (out: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const { PATH, HOME, NATS_SERVER_BIN } = process.env
  const child = spawn(process.execPath, [tool(name), ...args], {
    env: { PATH, HOME, NATS_SERVER_BIN, TMPDIR: folder, DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children = [...children, child]
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    onOut(out, child)
  })
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

// These run what was built: `npm test` builds first, and so must whoever runs this file alone.
describe('npm run demo', () => {
  it('takes claims to their ends, shows a table and exits 0', async () => {
    const { code, out, err } = await run('demo', ['--claims', '6', '--exit'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const rows = out.split('\n').filter((line) => /^ {2}X\d{6} /.test(line))
    expect(rows.map((row) => row.slice(13).split('  ')[0])).toEqual(
      Object.values(kindsOfClaims)
        .slice(0, 6)
        .map(({ title }) => title),
    )
    for (const row of rows) expect(row).toMatch(/\d+ {2}ok$/)
    expect(out).toContain('6 claims in')
    expect(out).toContain('every one of them ended as its input says')
    expect(out).toMatch(/everything is stopped\n$/)
  }, 120_000)

  it('goes on running until it is interrupted, and stops in order', async () => {
    let interrupted = false
    const { code, out } = await run('demo', ['--claims', '1'], {}, (sofar, child) => {
      if (interrupted || !sofar.includes('Ctrl-C ends it')) return
      interrupted = true
      child.kill('SIGINT')
    })
    expect(code).toBe(0)
    for (const what of ['notifier ', 'NATS ', 'emails taken ', 'database '])
      expect(out).toContain(`    ${what}`)
    expect(out).toMatch(/SIGINT: stopping\n {2}everything is stopped\n$/)
  }, 120_000)

  it('says what is wrong with its arguments, or with NATS_URL', async () => {
    expect(await run('demo', ['--claims', 'many'])).toMatchObject({ code: 2, out: '' })
    const { code, out } = await run('demo', ['--exit'], { NATS_URL: 'nats://127.0.0.1:9' })
    expect(code).toBe(1)
    expect(out).toContain('the server that NATS_URL names does not answer')
  }, 60_000)
})

describe('npm run db:migrate', () => {
  it('says what it applied, and that there is nothing more to apply', async () => {
    const first = await run('migrate', [])
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toMatch(/^embedded database .*: applied 0000-web-apps, 0001-async-schema/)
    expect((await run('migrate', [])).out).toMatch(/: up to date already\n$/)
  }, 60_000)

  it('fails with one line, and warns where the web apps have tables of their own', async () => {
    await writeFile(join(folder, 'hwpv.sqlite'), 'no database at all, for certain')
    const { code, err } = await run('migrate', [])
    expect(code).toBe(1)
    expect(err).toMatch(/^db:migrate: .*file is not a database\n$/)

    const server = {
      // Where nobody listens, also beside a SQL Server.
      APVS_DATABASE_SERVER: '127.0.0.1,9',
      APVS_DATABASE: 'nowhere',
      APVS_ASYNC_WORKER_USERNAME: 'nobody',
      APVS_ASYNC_WORKER_PASSWORD: 'not-for-printing',
    }
    const away = await run('migrate', ['--with-web-apps'], server)
    expect(away.code).toBe(1)
    expect(away.err).toMatch(/^WARNING: .*never in production\ndb:migrate: .*\n$/)
    expect(away.err).not.toContain('not-for-printing')
  }, 60_000)
})
