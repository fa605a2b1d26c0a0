import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram, versionCheck, type DebianProgram } from '../../testing/debian/index.js'
import { freePort } from '../../testing/nats-server/docker.js'
import { until } from '../until.js'

/** A server that others' work goes through, in a folder of its own. */
export interface OtherServer {
  readonly port: number
  readonly version: string
  readonly pid: number
  stop(): Promise<void>
}

const redis: DebianProgram = {
  name: 'redis-server',
  package: 'redis-server',
  suites: ['bookworm', 'trixie'],
  variable: 'REDIS_SERVER_BIN',
  withLibraries: {
    file: 'usr/bin/redis-server',
    libraries: [`usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`],
    packages: [],
  },
  checkVersion: versionCheck({
    name: 'redis-server',
    args: ['--version'],
    parse: (answer) => /v=(\d+\.\d+\.\d+)/.exec(answer)?.[1],
    minimum: '6.2',
  }),
}

/** Debian's redis-server, with its append-only file on and flushed once a second, as it is by default. @throws NoProgram */
export async function startRedis(): Promise<OtherServer> {
  const { path, version } = await findProgram(redis)
  const [folder, port] = [mkdtempSync(join(tmpdir(), 'hwpv-bench-redis-')), await freePort()]
  const settings = ['--port', `${port}`, '--dir', folder, '--appendonly', 'yes', '--save', '']
  const child = spawn(path, [...settings, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
  return running(child, { port, version, folder })
}

/** Where Debian's packages have PostgreSQL; the newest. */
const postgresFolder = '/usr/lib/postgresql'

/** Debian's PostgreSQL as it is by default, each commit on the disk; undefined where it is not installed. */
export async function startPostgres(): Promise<OtherServer | undefined> {
  const [version] = existsSync(postgresFolder)
    ? readdirSync(postgresFolder).sort((one, other) => Number(other) - Number(one))
    : []
  if (version === undefined) return undefined
  const program = (name: string) => join(postgresFolder, version, 'bin', name)
  const [folder, port] = [mkdtempSync(join(tmpdir(), 'hwpv-bench-postgres-')), await freePort()]
  // It does not run as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  const data = join(folder, 'data')
  const made = spawnSync(program('initdb'), ['-D', data, '-U', 'bench', '--auth=trust'], nobody)
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr.toString()}`)
  const settings = ['-D', data, '-p', `${port}`, '-k', folder, '-h', '127.0.0.1']
  return running(spawn(program('postgres'), settings, { stdio: 'ignore', ...nobody }), {
    ...{ port, version, folder },
  })
}

async function running(
  child: ChildProcess,
  { port, version, folder }: { readonly port: number; readonly version: string; readonly folder: string },
): Promise<OtherServer> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  process.once('exit', () => child.kill('SIGKILL'))
  await until('the server answers', () => answers(port))
  return {
    ...{ port, version, pid: child.pid ?? 0 },
    async stop() {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
