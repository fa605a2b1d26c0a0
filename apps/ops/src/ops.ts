import { SettingsError, type Environment } from '#shared/config'
import { ClocksApart } from '#shared/schedule'
import { StartRefused } from '#shared/messaging'
import { OperationFailed } from '#shared/operations'
import { OpsFailure, UsageError, type Command, type OpsContext } from './command.js'
import { commands } from './commands/index.js'
import { briefly, withParts } from './connect.js'
import { withHalves } from './halves.js'

export interface Terminal {
  readonly env: Environment
  readonly out: (line: string) => void
  readonly err: (line: string) => void
  /** How long NATS may take to answer, in milliseconds. */
  readonly connectMs?: number
}

const exit = { done: 0, failed: 1, usage: 2 } as const
const defaultConnectMs = 5_000
const call = 'npm run ops --'
/** Their messages are for the operator. */
const knownErrors = [OpsFailure, OperationFailed, SettingsError, StartRefused, ClocksApart]

/**
 * Runs one command of the operator's command line. Never rejects: what goes wrong is one line on `err`.
 * @returns the exit code: 0 done, 1 it could not be done, 2 it was not given as it should be
 */
export async function ops(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = args
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const helpWanted = command ? wantsHelp(rest) : wantsHelp([name])
  if (helpWanted) {
    terminal.out(command ? helpFor(name, command) : help())
    return exit.done
  }
  try {
    if (!command) throw new UsageError(`commands: ${Object.keys(commands).join(', ')}; more with --help`)
    await command.run(rest, contextOf(name, terminal))
    return exit.done
  } catch (error) {
    const usage = isUsageError(error)
    const hint = usage && command ? ` (usage: ${call} ${name} ${command.usage})` : ''
    terminal.err(`ops${command ? ` ${name}` : ''}: ${messageOf(error)}${hint}`)
    return usage ? exit.usage : exit.failed
  }
}

const contextOf = (name: string, { env, out, err, connectMs = defaultConnectMs }: Terminal): OpsContext => ({
  print: out,
  warn: (line) => err(`ops ${name}: ${line}`),
  connected: (use) => withParts({ env, connectMs, nats: 'needed' }, use),
  operating: (use) => withParts({ env, connectMs, nats: 'as-it-is' }, use),
  looking: (use) => withParts({ env, connectMs, nats: 'to-look' }, use),
  lookingAtHalves: (use) => withHalves(env, connectMs, use),
})

const wantsHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')

const helpFor = (name: string, { usage, summary }: Command): string =>
  `usage: ${call} ${name} ${usage}\n  ${summary}`

const help = (): string =>
  [
    `usage: ${call} <command>`,
    ...Object.entries(commands).map(([name, { usage, summary }]) => `  ${name} ${usage}\n      ${summary}`),
  ].join('\n')

/** `parseArgs` has codes of its own for what it does not understand. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')
}

function messageOf(error: unknown): string {
  // The first sentence says what is wrong; `parseArgs` goes on to explain itself.
  if (isUsageError(error)) return error.message.split('. ')[0] ?? ''
  return knownErrors.some((known) => error instanceof known)
    ? (error as Error).message
    : `failed: ${briefly(error)}`
}
