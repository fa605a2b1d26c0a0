/** One benchmark in a process of its own, so that none suffers from what another has left behind; see main.ts. */
import { onStopSignal } from '../tools/signals.js'
import { benchmarks } from './benchmarks.js'

// Whatever was started ends with this process, and this one with its parent.
onStopSignal(() => process.exit(1))
// Each server and each folder of a benchmark goes with this process, and there are dozens.
process.setMaxListeners(100)
process.on('disconnect', () => process.exit(1))

const figures = await benchmarks[process.argv[2] ?? '']?.((line) => process.stderr.write(`${line}\n`))
process.send?.(figures, () => process.exit(0))
