import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments, stringify } from 'yaml'
import { chartFolder, findHelm } from '../../../testing/helm/index.js'
import type { Manifest } from './manifest.js'

const run = promisify(execFile)

/** Example values that come with the chart. */
export const examples = ['minimal', 'production', 'plain'] as const
export type Example = (typeof examples)[number]
export const exampleFile = (name: Example): string => join(chartFolder, 'ci', `${name}-values.yaml`)

export interface Rendering {
  readonly example?: Example | undefined
  /** Over the example's. */
  readonly values?: object | undefined
  /** Another chart than the project's. */
  readonly chart?: string
}

/**
 * What `helm install` would give to the cluster, hooks and tests included.
 * @throws with what helm says, where it refuses
 */
export async function render({ example, values, chart = chartFolder }: Rendering): Promise<Manifest[]> {
  const text = await helm(['template', 'hwpv', chart, '--namespace', 'visits'], { example, values })
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((each): each is Manifest => each !== null)
}

/** Helm's own look at the chart, warnings included. */
export const lint = (example: Example): Promise<string> =>
  helm(['lint', '--strict', chartFolder], { example })

async function helm(args: readonly string[], { example, values }: Omit<Rendering, 'chart'>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `chart-${process.pid}-`))
  try {
    const over = join(folder, 'values.yaml')
    writeFileSync(over, stringify(values ?? {}))
    const files = [...(example ? [exampleFile(example)] : []), over].flatMap((file) => ['-f', file])
    // Without the settings and plugins of whoever runs it.
    const env = { PATH: process.env['PATH'], HOME: folder }
    const { stdout } = await run(await findHelm(), [...args, ...files], { env, maxBuffer: 2 ** 26 })
    return stdout
  } catch (error) {
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string }
    throw new Error(`${stdout ?? ''}${stderr || message}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A copy of the chart, with other files in it; `remove` it afterwards. */
export function copyOfChart(files: Readonly<Record<string, string>>): { chart: string; remove: () => void } {
  const chart = join(mkdtempSync(join(tmpdir(), `chart-${process.pid}-`)), 'hwpv-async-services')
  cpSync(chartFolder, chart, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(chart, path)), { recursive: true })
    writeFileSync(join(chart, path), text)
  }
  return { chart, remove: () => rmSync(dirname(chart), { recursive: true }) }
}
