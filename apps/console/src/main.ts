import { onStop } from './on-stop.js'
import { startConsole } from './start-console.js'

try {
  const console = await startConsole({ env: process.env })
  process.stdout.write(`console: ${console.url}\n`)
  if (console.note) process.stdout.write(`console: ${console.note}\n`)
  onStop(() => console.stop())
} catch (error) {
  process.stderr.write(`console: ${error instanceof Error ? error.message : 'failed'}\n`)
  process.exit(1)
}
