import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { projectRoot } from '../../tools/project-root.js'
import { fetchFromDebian } from './fetch.js'
import type { DebianProgram, FoundProgram } from './program.js'

export interface FindOptions {
  /** Read for the program's variable and PATH; the process's own by default. */
  env?: Record<string, string | undefined>
  /** Where a fetched program is kept; `.cache/<name>` in the project by default. */
  cacheFolder?: string
}

/** There is none, and none could be fetched. */
export class NoProgram extends Error {
  override readonly name = 'NoProgram'

  constructor(
    { name, variable }: DebianProgram,
    /** A line for each place that was looked at. */
    readonly tried: readonly string[],
  ) {
    super(
      `No ${name} could be found or fetched. Install one and put it on the PATH or name it in ${variable}. ` +
        `Tried:\n${tried.join('\n')}`,
    )
  }
}

/**
 * Finds a program: the one its variable names, the PATH, the cache, Debian's packages (kept in the cache), in this
 * order. The first fetch takes some seconds and the network; later calls a few milliseconds. Safe to repeat and to
 * call in several processes at once.
 * @throws NoProgram with everything that was tried
 * @throws Error if what the variable names cannot be used: that is no reason to look further
 */
export async function findProgram(wanted: DebianProgram, options: FindOptions = {}): Promise<FoundProgram> {
  const env = options.env ?? process.env
  const cacheFolder = options.cacheFolder ?? join(projectRoot, '.cache', wanted.name)
  const named = env[wanted.variable]
  if (named) return fromEnvironment(wanted, named)
  const tried: string[] = []
  const attempts: [string, () => Promise<FoundProgram>][] = [
    ['PATH', () => fromPath(wanted, env['PATH'] ?? '')],
    ['cache', () => fromCache(wanted, cacheFolder)],
    ['Debian package', async () => ({ source: 'debian', ...(await fetchFromDebian(wanted, cacheFolder)) })],
  ]
  for (const [where, attempt] of attempts) {
    try {
      return await attempt()
    } catch (error) {
      tried.push(`  ${where}: ${(error as Error).message}`)
    }
  }
  throw new NoProgram(wanted, tried)
}

async function fromEnvironment(wanted: DebianProgram, path: string): Promise<FoundProgram> {
  const version = await wanted.checkVersion(path).catch((error: Error) => {
    throw new Error(`${wanted.variable} cannot be used: ${error.message}`)
  })
  return { path, version, source: 'environment' }
}

/** Debian installs servers in a folder that is not on an ordinary user's PATH. */
async function fromPath(wanted: DebianProgram, path: string): Promise<FoundProgram> {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), '/usr/local/sbin', '/usr/sbin']
  const unfit: string[] = []
  for (const folder of new Set(folders)) {
    const candidate = join(folder, wanted.name)
    if (!(await isExecutable(candidate))) continue
    try {
      return { path: candidate, version: await wanted.checkVersion(candidate), source: 'path' }
    } catch (error) {
      unfit.push((error as Error).message)
    }
  }
  throw new Error(unfit.join('; ') || 'none')
}

async function fromCache(wanted: DebianProgram, folder: string): Promise<FoundProgram> {
  const path = join(folder, wanted.name)
  if (!(await isExecutable(path))) throw new Error('none')
  return { path, version: await wanted.checkVersion(path), source: 'cache' }
}

/** Whether there is a file that may be run. */
export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
