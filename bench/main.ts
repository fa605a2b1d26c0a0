/** `npm run bench [-- name …]`: all benchmarks, or those that are named. Fails only where something broke. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from '../testing/services/index.js'
import { onStopSignal } from '../tools/signals.js'
import { benchmarks } from './benchmarks.js'
import { isMet, rounded, table, type Figure } from './figures.js'

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in benchmarks))
if (unknown.length) {
  process.stderr.write(`bench: no ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}\n`)
  process.exit(2)
}
onStopSignal(() => process.exit(1))

/** Run with as little room for what is soon forgotten as a service has: with more, V8 leaves it lying for longer. */
const likeServices: readonly string[] = ['flow']

async function run(name: string): Promise<Figure[]> {
  const execArgv = [...process.execArgv, ...(likeServices.includes(name) ? nodeFlags : [])]
  const child = fork(fileURLToPath(new URL('./one.js', import.meta.url)), [name], { execArgv })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the benchmark ${name} ended with exit code ${String(code)}`)
  })
  const [figures] = (await Promise.race([once(child, 'message'), ended])) as [Figure[]]
  await ended.catch(() => undefined)
  return figures
}

const load = () => rounded(loadavg()[0] ?? 0)
const loadBefore = load()
const figures: Figure[] = []
for (const name of Object.keys(benchmarks)) {
  if (!asked.length || asked.includes(name)) figures.push(...(await run(name)))
}

const loadAverage = { before: loadBefore, after: load() }
console.log(table(figures))
console.log(`load average ${loadAverage.before} before, ${loadAverage.after} after`)
const entries = figures.map((figure) => ({ ...figure, value: rounded(figure.value), met: isMet(figure) }))
console.log(JSON.stringify({ loadAverage, figures: entries }))
