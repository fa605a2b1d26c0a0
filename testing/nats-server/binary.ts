import { isAtLeast, versionCheck, type FoundProgram } from '../debian/index.js'

/** Older servers ignore `term(reason)` and know neither filter lists nor `sync_interval: always`. */
export const minimumVersion = '2.10'

/** A nats-server that may be started: a program on this machine, or an image when only Docker is at hand. */
export type NatsServerBinary =
  | ({ kind: 'program' } & FoundProgram)
  | { kind: 'image'; image: string; version: string; source: 'docker' }

/** The version in the output of `nats-server --version`, e.g. `2.10.27`; undefined if it is something else. */
export function parseVersion(output: string): string | undefined {
  return /nats-server:\s*v?(\d+\.\d+\.\d+\S*)/.exec(output)?.[1]
}

export const isNewEnough = (version: string): boolean => isAtLeast(version, minimumVersion)

/** Rejects, saying why in a few words, if the program does not run or is too old. */
export const checkVersion = versionCheck({
  name: 'nats-server',
  args: ['--version'],
  parse: parseVersion,
  minimum: minimumVersion,
})
