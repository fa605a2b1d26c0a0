import type { Command } from './command.js'
import { commands } from './commands/index.js'
import { call, exit, type Terminal } from './terminal.js'
import { wrapped } from './wrapped.js'

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
  if (!command) {
    terminal.err(`ops: commands: ${Object.keys(commands).join(', ')}; more with --help`)
    return exit.usage
  }
  // Loaded only now: it brings all that connects, and a help text is there at once.
  const { runCommand } = await import('./run-command.js')
  return runCommand({ name, command, args: rest }, terminal)
}

const wantsHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h')

const helpFor = (name: string, { usage, summary }: Command): string =>
  [wrapped(`usage: ${call} ${name} `, usage), wrapped('  ', summary)].join('\n')

const help = (): string =>
  [
    `usage: ${call} <command>`,
    ...Object.entries(commands).flatMap(([name, { usage, summary }]) => [
      wrapped(`  ${name} `, usage),
      wrapped('        ', summary),
    ]),
  ].join('\n')
