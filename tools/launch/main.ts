/**
 * The image's entry point: `launch <program> [arguments…]` runs the program in this process, which therefore gets
 * signals as if it had been started by itself.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { endOnSignal } from './end-on-signal.js'
import { demoPrograms, programs } from './programs.js'

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url)
const here = Object.entries({ ...programs, ...demoPrograms }).filter(([, path]) => existsSync(at(path)))

const [name, ...args] = process.argv.slice(2)
const [, path] = here.find(([each]) => each === name) ?? []
if (path === undefined) {
  const names = here.map(([each]) => each).join(', ')
  console.error(`${name ? `there is no program ${name} here.` : 'which program?'} There are: ${names}`)
  process.exit(2)
}
const entry = at(path)
process.argv = [process.argv[0] ?? '', fileURLToPath(entry), ...args]
endOnSignal()
await import(entry.href)
