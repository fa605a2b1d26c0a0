/**
 * Loaded before a service (`node --import`): its machine's clock is wrong by what a file says, in milliseconds. The file is
 * read again on SIGUSR2, so that the clock jumps while the service works. Timers and `performance.now()` go on as they do
 * when an administrator sets a machine's clock.
 */
import { readFileSync } from 'node:fs'

const RealDate = Date
const file = process.env.WRONG_CLOCK_FILE
let ahead = 0

const read = () => {
  ahead = Number(readFileSync(file, 'utf8'))
}
const now = () => RealDate.now() + ahead

globalThis.Date = new Proxy(RealDate, {
  construct(target, given, asked) {
    /** @type {unknown} */
    const made = Reflect.construct(target, given.length ? given : [now()], asked)
    return made
  },
  get(target, name) {
    return name === 'now' ? now : /** @type {unknown} */ (Reflect.get(target, name))
  },
})

read()
process.on('SIGUSR2', read)
