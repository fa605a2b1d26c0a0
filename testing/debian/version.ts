import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { reasonCode } from './reason-code.js'

const run = promisify(execFile)

/** Compares by major and minor number: `2.10.27` is at least `2.10`. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

export interface VersionQuestion {
  /** What the program has to be. */
  readonly name: string
  readonly args: readonly string[]
  /** The version in its answer, e.g. `2.10.27`; undefined if it is something else. */
  readonly parse: (answer: string) => string | undefined
  /** Major and minor number. */
  readonly minimum: string
}

/** Asks a program for its version. Rejects, saying why in a few words, if it does not run, is another one or too old. */
export const versionCheck =
  ({ name, args, parse, minimum }: VersionQuestion) =>
  async (path: string): Promise<string> => {
    // Some say it on the standard error.
    const { stdout, stderr } = await run(path, args, { timeout: 10_000 }).catch((error: unknown) => {
      throw new Error(`${path} does not run (${reasonCode(error)})`)
    })
    const version = parse(stdout + stderr)
    if (version === undefined) throw new Error(`${path} is not a ${name}`)
    if (!isAtLeast(version, minimum)) throw new Error(`${path} is ${version}, older than ${minimum}`)
    return version
  }
