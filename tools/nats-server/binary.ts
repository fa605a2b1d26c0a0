import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectRoot } from '../project-root.js'

const run = promisify(execFile)

/** Older servers ignore `term(reason)` and know neither filter lists nor `sync_interval: always`. */
export const minimumVersion = '2.10'

/** A nats-server that may be started: a program on this machine, or an image when only Docker is at hand. */
export type NatsServerBinary =
  | { kind: 'program'; path: string; version: string; source: 'environment' | 'path' | 'cache' | 'debian' }
  | { kind: 'image'; image: string; version: string; source: 'docker' }

/** The version in the output of `nats-server --version`, e.g. `2.10.27`; undefined if it is something else. */
export function parseVersion(output: string): string | undefined {
  return /nats-server:\s*v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1]
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = minimumVersion.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

/** Asks a program for its version. Rejects, saying why in a few words, if it does not run or is too old. */
export async function checkVersion(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000 }).catch((error: unknown) => {
    throw new Error(`${path} does not run (${reasonCode(error)})`)
  })
  const version = parseVersion(stdout)
  if (version === undefined) throw new Error(`${path} is not a nats-server`)
  if (!isNewEnough(version)) throw new Error(`${path} is ${version}, older than ${minimumVersion}`)
  return version
}

/** A failed command's short reason: an errno name, a time-out or an exit code. */
export function reasonCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, killed } = error as { code?: unknown; killed?: unknown }
  if (killed === true) return 'timed out'
  if (typeof code === 'string') return code
  return typeof code === 'number' ? `exit code ${code}` : 'unknown reason'
}

/** Where fetched servers are kept. */
export const defaultCacheFolder = (): string => join(projectRoot, '.cache', 'nats-server')
