import { spawn } from 'node:child_process'
import { findProgram, versionCheck, type DebianProgram, type FoundProgram } from '../debian/index.js'

/** The first that knows `keep_firing_for`, and Debian 12's. */
const minimumVersion = '2.42'

const promtool: DebianProgram = {
  name: 'promtool',
  package: 'prometheus',
  suites: ['bookworm', 'trixie'],
  variable: 'PROMTOOL_BIN',
  checkVersion: versionCheck({
    name: 'promtool',
    args: ['--version'],
    parse: (answer) => /^promtool, version (\d+\.\d+\.\d+\S*)/m.exec(answer)?.[1],
    minimum: minimumVersion,
  }),
}

/** Finds a promtool 2.42 or newer, or fetches one: 19 MB, some seconds. Rejects as `findProgram` does. */
export const findPromtool = (): Promise<FoundProgram> => findProgram(promtool)

export interface PromtoolResult {
  /** 0: all is well; 3: what is wrong is only bad style. */
  readonly code: number | null
  /** What it said, on both outputs. */
  readonly said: string
}

/** Runs promtool to its end, with `input` as its standard input. Rejects only if there is none, or it does not start. */
export async function runPromtool(args: readonly string[], input = ''): Promise<PromtoolResult> {
  const { path } = await findPromtool()
  const child = spawn(path, args)
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text: Buffer) => (said += text.toString()))
  // It may end without having read all of it.
  child.stdin.on('error', () => undefined).end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, said }))
  })
}
