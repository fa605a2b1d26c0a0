import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findProgram, versionCheck, type DebianProgram, type FoundProgram } from '../debian/index.js'
import { projectRoot } from '../../tools/project-root.js'

const run = promisify(execFile)

/** The first that is one program, as Docker's plugin is; Debian 12's is another one, in Python. */
const minimumVersion = '2.0'

const compose: DebianProgram = {
  name: 'docker-compose',
  package: 'docker-compose',
  suites: ['trixie', 'testing'],
  variable: 'DOCKER_COMPOSE_BIN',
  checkVersion: versionCheck({
    name: 'docker-compose',
    args: ['version', '--short'],
    parse: (answer) => /^v?(\d+\.\d+\.\d+\S*)/.exec(answer)?.[1],
    minimum: minimumVersion,
  }),
}

/** Finds Docker's Compose, or fetches one: 20 MB, some seconds. Rejects as `findProgram` does. */
export const findDockerCompose = (): Promise<FoundProgram> => findProgram(compose)

export interface ComposeAnswer {
  readonly code: number
  readonly stdout: string
  /** Errors and warnings. */
  readonly stderr: string
}

/**
 * Runs Compose in the project's folder to its end; what it does without an engine, that is.
 * @param env all that it knows of the environment, besides where programs are
 * @throws only if there is none, or it does not start
 */
export async function dockerCompose(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ComposeAnswer> {
  const { path } = await findDockerCompose()
  const options = { cwd: projectRoot, env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 60_000 }
  try {
    return { code: 0, ...(await run(path, args, options)) }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Partial<ComposeAnswer>
    if (typeof code !== 'number') throw error
    return { code, stdout, stderr }
  }
}
