/** `npm start`: all services against what the environment names, each on its own port; nothing is simulated. */
import { makeEmbeddedDatabase } from '../migrate/embedded.js'
import { onStopSignal, Services } from '../services/index.js'

const tell = (line: string): void => void process.stderr.write(`${line}\n`)

// What is wrong with the settings or the file each service says itself.
await makeEmbeddedDatabase(process.env).catch(() => undefined)

const services = new Services({
  // One port cannot be everybody's: each service takes its default.
  env: { ...process.env, PORT: undefined },
  // Whole lines, for several services write to one place.
  onLine: (_service, line, stream) => void process[stream].write(`${line}\n`),
})
for (const { name, listening } of services.all) {
  void listening.then((port) => tell(`${name}: http://localhost:${port}/health`))
}

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
