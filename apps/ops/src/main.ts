import { createInterface } from 'node:readline/promises'
import { ofDemo } from './demo-note.js'
import { ops } from './ops.js'

const isTerminal = process.stdin.isTTY && process.stderr.isTTY

const { env, isDemo } = ofDemo(process.env)
if (isDemo) process.stderr.write('ops: of the demonstration that runs on this machine\n')

const code = await ops(process.argv.slice(2), {
  env,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  ...(isTerminal ? { ask } : {}),
})
// Whatever is left open must not keep the operator waiting.
process.exit(code)

/** The question goes where the answer of the command does not. Anything but yes is no. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
