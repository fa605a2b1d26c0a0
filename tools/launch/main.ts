/**
 * The image's entry point: `launch <program> [arguments…]` runs the program in this process, which therefore gets
 * signals as if it had been started by itself.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { demoPrograms, programs } from '../bundle/programs.js'
import { endOnSignal } from './end-on-signal.js'

/** This file is bundled like the programs, and lies among those of the image. */
const places = [
  ...Object.keys(programs).map((name) => ({ name, file: new URL(`./${name}.js`, import.meta.url) })),
  ...Object.keys(demoPrograms).map((name) => ({
    name,
    file: new URL(`../demo/${name}.js`, import.meta.url),
  })),
]
const here = places.filter(({ file }) => existsSync(file))

const [name, ...args] = process.argv.slice(2)
const entry = here.find((each) => each.name === name)?.file
if (entry === undefined) {
  const names = here.map((each) => each.name).join(', ')
  console.error(`${name ? `there is no program ${name} here.` : 'which program?'} There are: ${names}`)
  process.exit(2)
}
process.argv = [process.argv[0] ?? '', fileURLToPath(entry), ...args]
endOnSignal()
await import(entry.href)
