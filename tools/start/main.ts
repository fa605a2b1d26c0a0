/**
 * `npm start [-- --processes]`: all services against what the environment names, each on its own port; nothing is
 * simulated. Beside the embedded database they share this process; with `--processes`, and beside SQL Server, each has
 * one of its own (ADR 36). `npm start -- notifier …`: only those, of the services and the console.
 */
import { service as operatorsConsole } from '../../apps/console/service.js'
import { databaseSettings } from '#shared/database'
import { runServices } from '#shared/service'
import { makeEmbeddedDatabase } from '../migrate/embedded.js'
import { obituary, topologyKeeperProcess, serviceNames, Services } from '../../testing/services/index.js'
import { onStopSignal } from '../signals.js'
import { hint, lacking } from './lacking.js'

const tell = (line: string): void => void process.stderr.write(`${line}\n`)
const tellAddress = (name: string, port: number): void => tell(`${name}: http://localhost:${port}/health`)

const startable: readonly string[] = [...serviceNames, operatorsConsole.name]

async function runApart(only?: readonly string[]): Promise<void> {
  const isForOne = only?.length === 1 || process.env.PORT === '0'
  const services = new Services({
    together: false,
    only,
    // One port cannot be everybody's: each service takes its default, or any that is free.
    env: isForOne ? process.env : { ...process.env, PORT: undefined },
    // Whole lines, for several services write to one place.
    onLine: (line, stream) => void process[stream].write(`${line}\n`),
  })
  for (const name of only ?? serviceNames)
    void services.listening(name).then((port) => tellAddress(name, port))

  let stopping = false
  onStopSignal((signal) => {
    stopping = true
    tell(`${signal}: stopping all services`)
    void services.stop()
  })

  const first = await services.firstToEnd
  // By itself no service ends: whatever its exit code, the others cannot do its work.
  const endedByItself = !stopping
  if (endedByItself) tell(`${first.name} ended by itself (${first.outcome}): stopping all services`)
  const failed = await services.stop()
  for (const service of failed) {
    if (service !== first) tell(`${service.name} did not stop in order (${service.outcome})`)
  }
  process.exitCode = endedByItself || failed.length ? 1 : 0
}

/** Settings that are no settings are each service's to refuse, in its own words. */
function isEmbedded(): boolean {
  try {
    return databaseSettings(process.env).kind === 'sqlite'
  } catch {
    return false
  }
}

/** Who provides streams and consumers goes on in a process of its own: nothing of theirs waits for it. */
function provideBeside(): void {
  const keeper = topologyKeeperProcess({
    env: process.env,
    onLine: (line, stream) => void process[stream].write(`${line}\n`),
  })
  let stopping = false
  onStopSignal((signal) => {
    stopping = true
    tell(`${signal}: stopping all services`)
    void keeper.stop()
  })
  void keeper.ended.then(() => {
    if (stopping) return
    tell(obituary(keeper))
    process.exit(1)
  })
}

const names = process.argv.slice(2).filter((name) => name !== '--processes')
const unknown = names.find((name) => !startable.includes(name))
if (unknown !== undefined) {
  tell(`there is no ${unknown} to start: ${startable.join(', ')}`)
  process.exit(2)
}
// Of a few by name, each says itself what it lacks.
const problems = names.length ? [] : await lacking(process.env)
if (problems.length) {
  for (const line of [...problems, hint(process.env)]) tell(line)
  process.exit(1)
}

// What is wrong with the file each service says itself.
await makeEmbeddedDatabase(process.env).catch(() => undefined)
if (names.length) await runApart(names)
else if (isEmbedded() && !process.argv.includes('--processes')) {
  provideBeside()
  const { services } = await import('../../apps/index.js')
  await runServices(services, tellAddress)
} else await runApart()
