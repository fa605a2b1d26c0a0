import { execFile, type ExecFileException } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const client = join(root, 'libs', 'client')
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * A folder as a plain Node web app has it: the client's package as it would be published and installed, its examples
 * as the app's own files. It lies within the project, so that knex resolves.
 */
export class WebApp {
  private constructor(private readonly folder: string) {}

  /** Builds, packs and unpacks the package. */
  static async create(): Promise<WebApp> {
    const cache = join(root, '.cache')
    mkdirSync(cache, { recursive: true })
    const app = new WebApp(mkdtempSync(join(cache, 'web-app-')))
    const installed = join(app.folder, 'node_modules', '@hwpv', 'async-client')
    mkdirSync(installed, { recursive: true })
    await execute(process.execPath, [compiler, '-p', client])
    const packing = ['pack', '--json', '--pack-destination', app.folder]
    const { stdout } = await execute('npm', packing, { cwd: client })
    const [{ filename = '' } = {}] = JSON.parse(stdout) as { filename?: string }[]
    await execute('tar', ['-xzf', join(app.folder, filename), '-C', installed, '--strip-components=1'])
    cpSync(join(client, 'example'), app.folder, { recursive: true })
    app.write('package.json', '{ "private": true }')
    return app
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  /** Runs one of its files in plain Node, with nothing in the environment but what is given. */
  run(
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>> = {},
    timeout = 30_000,
  ): Promise<Ended> {
    return this.start(args, env, timeout).ended
  }

  /** The same for a file that waits to be told something. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>> = {},
    timeout = 30_000,
  ): { readonly ended: Promise<Ended>; say(text: string): void } {
    const running = execute(process.execPath, [...args], { cwd: this.folder, env, timeout })
    return { ended: endOf(running), say: (text) => void running.child.stdin?.write(text) }
  }

  /** Checks one of its files against the types the package comes with. */
  check(file: string): Promise<Ended> {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck']
    return this.run([compiler, ...options, '--ignoreConfig', file])
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function endOf(running: Promise<{ stdout: string; stderr: string }>): Promise<Ended> {
  try {
    return { code: 0, ...(await running) }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as ExecFileException
    return { code: typeof code === 'number' ? code : -1, stdout, stderr }
  }
}
