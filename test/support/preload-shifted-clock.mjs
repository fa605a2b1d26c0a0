/**
 * Loaded before a built service (`node --import`): it reads its London time, and nothing else, from a clock that is ahead
 * by `CLOCK_AHEAD_MS`, as it does with `CLOCK_START` beside the embedded database.
 */
import { pathToFileURL } from 'node:url'

/** @typedef {{ readonly SystemClock: { readonly prototype: { instant: () => Date, machine: () => Date } } }} Clocks */

/** @type {unknown} */
const loaded = await import(pathToFileURL(process.env.CLOCK_MODULE).href)
const { prototype: clock } = /** @type {Clocks} */ (loaded).SystemClock
const ahead = Number(process.env.CLOCK_AHEAD_MS)
clock.instant = () => new Date(Date.now() + ahead)
// What is compared with other machines' clocks stays the machine's.
clock.machine = () => new Date()
