import { serviceNames } from '../../testing/services/index.js'
import type { DemoArguments } from './arguments.js'
import { variedClaims } from './claims.js'
import type { Progress } from './progress.js'
import { makeDeadLetter } from './dead-letter.js'
import { showClaims } from './show-claims.js'
import { tellSomebody } from './targets.js'
import { DemoFailure } from './wait.js'
import { World } from './world.js'

/** Somebody wants the demonstration to end: no failure of its own. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * Runs the demonstration and cleans up after it. Never rejects: what goes wrong is told.
 * @param halt aborted with `Interrupted` when it is to end
 * @returns the exit code: 0 if every claim ended as its input says and everything stopped in order
 */
export async function demo(args: DemoArguments, progress: Progress, halt: AbortController): Promise<number> {
  const world = await World.create(halt, !args.processes)
  let right = false
  let failed = false
  try {
    await startWorld(world, args, progress)
    right = await showClaims(world, variedClaims(args.claims), progress)
    if (!args.exit) {
      const reference = await makeDeadLetter(world, () => world.refuseOneEmail())
      if (reference !== undefined)
        progress.tell(
          `\n  Something to mend: Notify refused an email of ${reference}. See ${world.console.url}/failures`,
        )
      const target = await tellSomebody(world)
      progress.tell(`  A system that is told of users: ${world.console.url}/targets/${target}`)
      await keepRunning(world, progress)
    }
  } catch (error) {
    progress.keep()
    failed = !(error instanceof Interrupted)
    progress.tell(
      `\n  ${error instanceof DemoFailure || !failed ? (error as Error).message : describe(error)}`,
    )
  }
  // Whoever looks for a reason needs the log and the database.
  const keepFolder = world.hasRun && (failed || (args.exit && !right && !halt.signal.aborted))
  const problems = await world.stop({ keepFolder })
  for (const problem of problems) progress.tell(`  ${problem}`)
  if (keepFolder) progress.tell(`  kept to be looked at: ${world.logFile} and the database beside it`)
  else progress.tell('  everything is stopped')
  return right && !failed && problems.length === 0 ? 0 : 1
}

async function startWorld(world: World, args: DemoArguments, progress: Progress): Promise<void> {
  progress.tell('Help with Prison Visits: the background services, at work on invented claims')
  progress.show('  NATS, the stand-ins and the database start …')
  await world.startNats()
  await world.startSimulators()
  await world.createDatabase()
  await world.startConsole()
  progress.show('')
  // What is looked at most comes first.
  progress.tell(`  the operator's console: ${world.console.url}`)
  progress.tell(`  ${world.nats.description}`)
  progress.tell('  simulators of Notify, the benefit checker, directions, the helpdesk and S3')
  progress.tell(`  embedded database in ${world.databaseFile}`)
  const since = performance.now()
  progress.show('  services start …')
  await world.startServices()
  progress.show('')
  const seconds = ((performance.now() - since) / 1_000).toFixed(1)
  progress.tell(
    `  ${serviceNames.join(', ')}, ${args.processes ? 'each in a process of its own' : 'in one process'}: ready in ${seconds} s`,
  )
}

/** Prints what there is to look at, and goes on until somebody or something ends it. */
async function keepRunning(
  { addresses, console: { url }, nats, simulators, databaseFile, logFile, halt }: World,
  progress: Progress,
) {
  const { notify, benefitChecker, directions, helpdesk, s3 } = simulators
  const calls = (url: string) => `${url}/__simulator/calls`
  const list: [string, string][] = [
    ['the console', url],
    ...addresses.map(([name, url]): [string, string] => [name, `${url}/health`]),
    ['NATS', nats.description],
    ...(nats.pages ? [['its streams', `${nats.pages}/jsz?consumers=true`] satisfies [string, string]] : []),
    ['emails taken', calls(notify.url)],
    ['benefit checks', calls(benefitChecker.url)],
    ['routes asked for', calls(directions.url)],
    ['helpdesk tickets', calls(helpdesk.url)],
    ['stored files', calls(s3.url)],
    ['database', databaseFile],
    ["services' log", logFile],
  ]
  progress.tell('\n  Everything goes on running. To look at:')
  for (const [name, where] of list) progress.tell(`    ${name.padEnd(16)}  ${where}`)
  progress.tell('  Ctrl-C ends it.')
  const { signal } = halt
  await new Promise((_, reject) => {
    const end = () => reject(signal.reason as Error)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : 'failed'
