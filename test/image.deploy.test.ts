import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectOptions, natsSettings } from '#shared/messaging'
import { addressesOnPorts } from '../testing/simulators/settings.js'
import { configFolder, seedFile } from '../tools/nats-config/index.js'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { projectRoot } from '../tools/project-root.js'
import { serviceNames } from '../testing/services/index.js'
import {
  commandOf,
  environmentOf,
  exampleSettings,
  readCompose,
  type ComposeService,
} from './support/compose.js'
import { Container } from './support/container.js'
import { DockerfileBuild, type Stage } from './support/dockerfile.js'
import { until } from './support/until.js'

/**
 * What the image holds, made by the Dockerfile's own instructions, and run as docker-compose.yml runs it: the same
 * commands, environment and user. Two things are not as there: the embedded database takes SQL Server's place, and
 * the names of hosts and mount points are those of this machine. `npm test` builds first, and so must whoever runs
 * this file alone.
 */
const isRoot = process.getuid?.() === 0
const compose = readCompose(exampleSettings())
/** What runs for good: who provides the broker's streams, and the services, which wait for them. */
const programs = ['provision', ...serviceNames]

const folder = mkdtempSync(join(tmpdir(), 'hwpv-image-'))
const at = (...names: string[]) => join(folder, ...names)
const mounts = { '/secrets': at('secrets'), '/data': at('data') }
/** Host names of the compose file, and where they are here; the stand-ins are found once they run. */
const places = new Map<string, string>()

let image: Stage
/** The stage `demo` is the one that builds: this checkout, in which `npm ci` and `npm run build` have been run. */
const demo = { root: projectRoot, workdir: '.', env: {}, entrypoint: ['node', 'dist/programs/launch.js'] }
let nats: RunningNatsServer
let simulators: Container
let services: Map<string, Container>
let before: string

function fail(message: string): never {
  throw new Error(message)
}

const serviceOf = (name: string): ComposeService => compose.services[name] ?? fail(`no service ${name}`)

/** A value of the compose file, as it has to be on this machine. */
function here(value: string): string {
  const mount = Object.entries(mounts).find(([path]) => value === path || value.startsWith(`${path}/`))
  if (mount) return value.replace(...mount)
  return [...places].reduce((text, [name, place]) => text.replace(name, place), value)
}

/** The environment a service has there; for SQL Server the embedded database. */
function environmentHere(name: string): Record<string, string> {
  const settings = Object.entries(environmentOf(serviceOf(name))).filter(
    ([key]) => !/^(APVS_(ARCHIVE_)?DATABASE|APVS_ASYNC_WORKER_|DATABASE_)/.test(key),
  )
  return {
    ...Object.fromEntries(settings.map(([key, value]) => [key, here(value)])),
    DATA_DIR: mounts['/data'],
    TMPDIR: at('tmp'),
  }
}

function start(
  name: string,
  { command, env }: { command?: string[]; env?: Record<string, string> } = {},
): Container {
  const service = serviceOf(name)
  const ofDemo = service.build?.target === 'demo'
  const stage = ofDemo ? demo : image
  return new Container({
    stage: service.entrypoint ? { ...stage, entrypoint: service.entrypoint } : stage,
    command: command ?? commandOf(service).map(here),
    env: { ...environmentHere(name), ...env },
    // Another user may not be able to read this checkout.
    ...(isRoot && !ofDemo ? { user: image.user } : {}),
  })
}

async function runToEnd(name: string, command?: string[]): Promise<Container> {
  const container = start(name, command && { command })
  const code = await container.ended
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${container.err}`)
  return container
}

const sizeOf = (path: string): number =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)

function portOf(container: Container): string | undefined {
  const line = container.out.split('\n').find((each) => each.includes('"service started"'))
  return /"port":(\d+)/.exec(line ?? '')?.[1]
}

/** The health check's own command, in the container's environment. */
function checkHealth(name: string): Promise<number | NodeJS.Signals> {
  const [kind, node, ...command] = serviceOf(name).healthcheck?.test ?? []
  expect([kind, node]).toEqual(['CMD', 'node'])
  const env = { ...environmentHere(name), PORT: portOf(services.get(name) as Container) ?? '' }
  const stage = { ...image, entrypoint: ['node'] }
  return new Container({ stage, command, env, ...(isRoot ? { user: image.user } : {}) }).ended
}

/** Everything below a folder, with what would tell of a change; one text, because there are thousands. */
function listing(root: string): string {
  const format = '%P %T@ %C@ %s %m %U\\n'
  return execFileSync('find', [root, '-printf', format], { encoding: 'utf8', maxBuffer: 1 << 28 })
}

function makeReadOnly(stage: Stage): void {
  // Root's files are nobody else's to write; one's own have to be closed.
  if (!isRoot) execFileSync('chmod', ['-R', 'a-w', stage.root])
  const owner = stage.user
  for (const path of [mounts['/data'], at('tmp')]) {
    mkdirSync(path, { recursive: true })
    if (isRoot && owner) chownSync(path, owner.uid, owner.gid)
  }
}

async function startBroker(): Promise<RunningNatsServer> {
  await runToEnd('secrets')
  if (isRoot && image.user)
    execFileSync('chown', ['-R', `${image.user.uid}:${image.user.gid}`, mounts['/secrets']])
  const publicKeys = execFileSync('cat', [join(mounts['/secrets'], 'keys', 'public-keys.env')], {
    encoding: 'utf8',
  })
  const env = { ...environmentHere('nats') }
  for (const line of publicKeys.trim().split('\n')) {
    const [key = '', value = ''] = line.split('=')
    env[key] = value
  }
  const asOps = natsSettings({
    NATS_URL: 'tls://127.0.0.1',
    NATS_CA: join(mounts['/secrets'], 'ca.pem'),
    NATS_NKEY_SEED_FILE: seedFile(join(mounts['/secrets'], 'keys'), 'ops'),
  })
  return startNatsServer({
    base: { file: join(configFolder, 'nats-server.conf'), env },
    connectWith: connectOptions(asOps, 'ops'),
  })
}

/** On ports in a row, as there; another program may have one of them. */
async function startSimulators(): Promise<Container> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    const env = { SIMULATORS_HOST: '127.0.0.1', SIMULATORS_PORT: String(port) }
    const container = start('simulators', { env })
    const listening = until('the simulators listen', () => container.out.includes('\n'))
    if ((await Promise.race([listening, container.ended])) !== undefined) continue
    const there = Object.values(addressesOnPorts('http://simulators:3200'))
    const here = Object.values(addressesOnPorts(`http://127.0.0.1:${port}`))
    there.forEach(({ url }, place) => places.set(url, here[place]?.url ?? ''))
    return container
  }
}

async function untilReady(name: string, container: Container): Promise<void> {
  const ready = async () => {
    const port = portOf(container)
    if (port === undefined) return false
    return (await fetch(`http://127.0.0.1:${port}/health/readiness`)).ok
  }
  const waiting = until(`${name} is ready`, ready, 90_000, 100).catch((error: Error) =>
    fail(`${error.message}: ${container.out}${container.err}`),
  )
  const died = container.ended.then((code) => fail(`${name} ended with ${code}: ${container.err}`))
  await Promise.race([waiting, died])
}

beforeAll(async () => {
  // For the other user, whom mkdtemp leaves outside.
  chmodSync(folder, 0o755)
  const linked = (path: string, workdir: string) => symlinkSync(join(projectRoot, path), join(workdir, path))
  const build = new DockerfileBuild({
    context: projectRoot,
    into: at('stages'),
    args: { VERSION: '1.2.3', COMMIT: 'c0ffee' },
    // A minute's work that has been done in this checkout, by the same two commands.
    instead: (stage, command, workdir) => {
      if (stage !== 'build') return false
      const results: Record<string, string> = {
        'npm ci --ignore-scripts': 'node_modules',
        'npm run build': 'dist',
      }
      linked(results[command] ?? fail(`the build also runs ${command}`), workdir)
      return true
    },
  })
  image = await build.stage('services')
  makeReadOnly(image)
  before = listing(image.root)
  nats = await startBroker()
  places.set('nats:4222', `127.0.0.1:${nats.port}`)
  simulators = await startSimulators()
  await runToEnd('migrate')
  services = new Map(programs.map((name) => [name, start(name, { env: { PORT: '0' } })]))
  await Promise.all([...services].map(([name, container]) => untilReady(name, container)))
}, 600_000)

afterAll(async () => {
  for (const container of [...(services?.values() ?? []), simulators]) container?.kill('SIGKILL')
  await nats?.stop()
  if (!isRoot && existsSync(at('stages'))) execFileSync('chmod', ['-R', 'u+w', at('stages')])
  rmSync(folder, { recursive: true, force: true })
})

describe('the image, without an engine', () => {
  it('takes claims to their ends on read-only files, as another user', async () => {
    const claims = await runToEnd('claims', ['--claims', '11'])
    expect(claims.out).toContain('11 claims in')
    expect(claims.out).toContain('every one of them ended as its input says')
    // Again, with other claims: the first are there.
    expect((await runToEnd('claims', ['--claims', '1'])).out).toContain('X000012')
  }, 120_000)

  it("has the operator's commands", async () => {
    const { out } = await runToEnd('ops', ['ops', 'status'])
    expect(out).toContain('complete-claim')
    expect((await runToEnd('migrate')).out).toContain('up to date already')
    const keys = at('data', 'keys')
    const { out: made } = await runToEnd('ops', ['nats-keys', keys])
    expect(made).toContain('payment-run')
    expect(existsSync(join(keys, 'public-keys.env'))).toBe(true)
  }, 60_000)

  it('holds what production needs, and nothing for tests and demonstrations', async () => {
    const packages = readdirSync(join(image.root, 'app', 'node_modules'))
    expect(packages.sort()).toEqual([
      ...['@libsql', '@ministryofjustice', '@neon-rs', 'detect-libc', 'govuk-frontend', 'libsql'],
    ])
    // Beside Node and what it needs; in bytes.
    expect(sizeOf(join(image.root, 'app'))).toBeLessThan(70_000_000)
    expect(readdirSync(join(image.root, 'app'))).toEqual([
      ...['apps', 'bin', 'dist', 'node_modules', 'package.json'],
    ])
    // What the console's pages are made of; all else is built.
    expect(readdirSync(join(image.root, 'app', 'apps'))).toEqual(['console'])
    expect(readdirSync(join(image.root, 'app', 'apps', 'console'))).toEqual(['assets', 'views'])
    expect(readdirSync(join(image.root, 'app', 'dist')).sort()).toEqual(['programs'])
    const refused = start('ops', { command: ['simulators'] })
    expect(await refused.ended).toBe(2)
    expect(refused.err).toContain('there is no program simulators here. There are: task-relay,')
  })

  it('is labelled, and tells its services, with version and commit', () => {
    expect(image.labels).toMatchObject({
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.revision': 'c0ffee',
    })
    expect(image.env).toMatchObject({ APP_VERSION: '1.2.3', GIT_COMMIT: 'c0ffee', NODE_ENV: 'production' })
  })

  it('ends in order when it is stopped, also before a program has got so far', async () => {
    expect(await Promise.all(programs.map(checkHealth))).toEqual(programs.map(() => 0))
    const stopped = [...services].map(async ([name, container]) => [name, await container.stop()])
    expect(await Promise.all(stopped)).toEqual(programs.map((name) => [name, 0]))
    expect(await checkHealth('notifier')).toBe(1)
    expect(await simulators.stop()).toBe(0)
    // A program that waits, and has no handler of its own.
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const waiting = start('ops', { command: ['healthy', `http://127.0.0.1:${port}`] })
    await once(silent, 'connection')
    expect(await waiting.stop()).toBe(143)
    silent.close()
  }, 60_000)

  it('has written nothing but its data', () => {
    expect(readdirSync(at('tmp'))).toEqual([])
    expect(readdirSync(mounts['/data']).filter((name) => !/^(hwpv.*\.sqlite.*|keys)$/.test(name))).toEqual([])
    // Not toBe: it would print all of both.
    expect(listing(image.root) === before).toBe(true)
    if (!isRoot || !image.user) return
    const elsewhere = ['/tmp', '/var/tmp', '/dev/shm', '/run'].filter((path) => existsSync(path))
    const { stdout, stderr, error, signal } = spawnSync(
      'find',
      [
        ...elsewhere,
        ...['-ignore_readdir_race', '-path', folder, '-prune', '-o'],
        ...[
          '-user',
          String(image.user.uid),
          '-newer',
          at('stages', 'services', 'app', 'package.json'),
          '-print',
        ],
      ],
      { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } },
    )
    // Other programs' files come and go meanwhile: of a folder it was about to enter, find says so all the same.
    const complaints = stderr
      .split('\n')
      .filter((line) => line && !line.endsWith('No such file or directory'))
    expect({ error, signal, complaints }).toEqual({ error: undefined, signal: null, complaints: [] })
    expect(stdout).toBe('')
  })
})
