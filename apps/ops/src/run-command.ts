import { SettingsError } from '#shared/config'
import { briefly } from '#shared/logging'
import { StartRefused } from '#shared/messaging'
import { BrokenOff, OperationFailed } from '#shared/operations'
import { ClocksApart } from '#shared/jobs'
import type { Command, OpsContext } from './command.js'
import { OpsFailure, UsageError } from './failures.js'
import { withParts } from './connect.js'
import { withHalves } from './halves.js'
import { operatorOf } from './operator.js'
import { call, exit, type Terminal } from './terminal.js'

interface Given {
  readonly name: string
  readonly command: Command
  readonly args: readonly string[]
}

const defaultConnectMs = 5_000
/** Their messages are for the operator. */
const knownErrors = [OpsFailure, OperationFailed, BrokenOff, SettingsError, StartRefused, ClocksApart]

/** Never rejects: what goes wrong is one line on `err`. Resolves with the exit code. */
export async function runCommand({ name, command, args }: Given, terminal: Terminal): Promise<number> {
  try {
    const run = await command.load()
    await run(args, contextOf(name, terminal))
    return exit.done
  } catch (error) {
    const usage = isUsageError(error)
    const hint = usage ? ` (usage: ${call} ${name} ${command.usage})` : ''
    terminal.err(`ops ${name}: ${messageOf(error)}${hint}`)
    return usage ? exit.usage : exit.failed
  }
}

const contextOf = (
  name: string,
  { env, out, err, ask, clock, connectMs = defaultConnectMs }: Terminal,
): OpsContext => {
  const given = { env, connectMs, ...(clock ? { clock } : {}) }
  return {
    actor: operatorOf(env),
    ...(ask ? { ask } : {}),
    print: out,
    warn: (line) => err(`ops ${name}: ${line}`),
    connected: (use) => withParts({ ...given, nats: 'needed' }, use),
    operating: (use) => withParts({ ...given, nats: 'as-it-is' }, use),
    looking: (use) => withParts({ ...given, nats: 'to-look' }, use),
    lookingAtHalves: (use) => withHalves(given, use),
  }
}

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
