import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { isAtLeast, reasonCode, type FoundProgram } from '../debian/index.js'

const run = promisify(execFile)

/** Older servers ignore `term(reason)` and know neither filter lists nor `sync_interval: always`. */
export const minimumVersion = '2.10'

/** A nats-server that may be started: a program on this machine, or an image when only Docker is at hand. */
export type NatsServerBinary =
  ({ kind: 'program' } & FoundProgram) | { kind: 'image'; image: string; version: string; source: 'docker' }

/** The version in the output of `nats-server --version`, e.g. `2.10.27`; undefined if it is something else. */
export function parseVersion(output: string): string | undefined {
  return /nats-server:\s*v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1]
}

export const isNewEnough = (version: string): boolean => isAtLeast(version, minimumVersion)

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
