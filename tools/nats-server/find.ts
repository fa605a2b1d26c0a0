import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { checkVersion, defaultCacheFolder, minimumVersion, type NatsServerBinary } from './binary.js'
import { fetchFromDebian } from './debian.js'
import { findDockerImage } from './docker.js'

export interface FindOptions {
  /** Read for NATS_SERVER_BIN and PATH; the process's own by default. */
  env?: Record<string, string | undefined>
  /** Where a fetched server is kept; `.cache/nats-server` in the project by default. */
  cacheFolder?: string
}

/**
 * Finds a nats-server new enough for these services: NATS_SERVER_BIN, the PATH, the cache, Debian's packages (kept
 * in the cache), Docker, in this order. The first fetch takes some seconds and the network; later calls a few
 * milliseconds. Safe to repeat and to call in several processes at once. A NATS_SERVER_BIN that cannot be used is an
 * error rather than a reason to look further; otherwise rejects with everything that was tried.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<NatsServerBinary> {
  const env = options.env ?? process.env
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder()
  if (env['NATS_SERVER_BIN']) return fromEnvironment(env['NATS_SERVER_BIN'])
  const tried: string[] = []
  const attempts: [string, () => Promise<NatsServerBinary>][] = [
    ['PATH', () => fromPath(env['PATH'] ?? '')],
    ['cache', () => fromCache(cacheFolder)],
    [
      'Debian package',
      async () => ({ kind: 'program', source: 'debian', ...(await fetchFromDebian(cacheFolder)) }),
    ],
    ['Docker', async () => ({ kind: 'image', source: 'docker', ...(await findDockerImage()) })],
  ]
  for (const [where, attempt] of attempts) {
    try {
      return await attempt()
    } catch (error) {
      tried.push(`  ${where}: ${(error as Error).message}`)
    }
  }
  throw new Error(
    `No nats-server ${minimumVersion} or newer could be found or fetched. Install one and put it on the PATH or ` +
      `name it in NATS_SERVER_BIN, or set NATS_URL to a running server. Tried:\n${tried.join('\n')}`,
  )
}

async function fromEnvironment(path: string): Promise<NatsServerBinary> {
  const version = await checkVersion(path).catch((error: Error) => {
    throw new Error(`NATS_SERVER_BIN cannot be used: ${error.message}`)
  })
  return { kind: 'program', path, version, source: 'environment' }
}

/** Debian installs the server in a folder that is not on an ordinary user's PATH. */
async function fromPath(path: string): Promise<NatsServerBinary> {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), '/usr/local/sbin', '/usr/sbin']
  const unfit: string[] = []
  for (const folder of new Set(folders)) {
    const candidate = join(folder, 'nats-server')
    if (!(await isExecutable(candidate))) continue
    try {
      return { kind: 'program', path: candidate, version: await checkVersion(candidate), source: 'path' }
    } catch (error) {
      unfit.push((error as Error).message)
    }
  }
  throw new Error(unfit.join('; ') || 'none')
}

async function fromCache(folder: string): Promise<NatsServerBinary> {
  const path = join(folder, 'nats-server')
  if (!(await isExecutable(path))) throw new Error('none')
  return { kind: 'program', path, version: await checkVersion(path), source: 'cache' }
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
