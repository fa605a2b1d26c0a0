/** `npm run demo [-- --claims N --exit]`: everything on this machine, at work on invented claims. */
import { onStopSignal } from '../signals.js'
import { readArguments, usage, UsageError, type DemoArguments } from './arguments.js'
import { demo, Interrupted } from './demo.js'
import { Progress } from './progress.js'

function argumentsOrExit(): DemoArguments {
  try {
    const args = readArguments(process.argv.slice(2))
    if (args) return args
    console.log(usage)
    process.exit(0)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`demo: ${error.message}\n${usage}\n`)
    process.exit(2)
  }
}

const args = argumentsOrExit()
const halt = new AbortController()
onStopSignal((signal) => halt.abort(new Interrupted(`${signal}: stopping`)))
process.exitCode = await demo(args, new Progress(process.stdout), halt)
