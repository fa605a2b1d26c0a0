import { inject } from 'vitest'
import { addDays, ShiftedClock } from '#shared/clock'
import { seededRandom } from '../../../testing/simulators/index.js'

/** Repeats the random choices of a run: `npm run test:faults -- --sequence.seed N`. Timing stays the machine's. */
export const seed = inject('seed')

/** `FAULTS=short`: the same faults over less work, for CI. */
const isShort = process.env.FAULTS === 'short'

/** How much of something, in the full form and in the short one. */
export const sized = <T>(full: T, short: T): T => (isShort ? short : full)

/** How long work may take to end once the fault is over, in milliseconds: back-off after many failures included. */
export const patience = sized(420_000, 150_000)

/** In office hours, so that what passes every rule goes all the way; by a clock that is an hour out, too. */
export const clockStart = '2026-11-18 13:30:00'
export const today = clockStart.slice(0, 10)
export const tomorrow = addDays(today, 1)

/** Runs on from `clockStart`; a service that is started again continues on it. */
export const clock = new ShiftedClock(clockStart)

/** Short time-outs, so that what is slow beyond them, and what is lost, shows soon. */
export const faultSettings = {
  CLOCK_START: clockStart,
  NATS_ACK_WAIT_MS: '1500',
  RELAY_QUIET_SECONDS: '3',
  NOTIFY_TIMEOUT_MS: '1000',
  NOTIFY_SETTLE_MS: '2000',
  BENEFIT_CHECKER_TIMEOUT_MS: '1000',
  HELPDESK_TIMEOUT_MS: '1000',
  HELPDESK_SETTLE_MS: '2000',
  S3_TIMEOUT_MS: '1000',
}

/** Random choices of one case. */
export class Dice {
  private readonly random: () => number

  /** @param salt makes the choices of a case other than those of the next */
  constructor(salt: number) {
    this.random = seededRandom(seed * 31 + salt)
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1))
  }

  oneOf<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.between(0, choices.length - 1)] ?? choices[0]
  }

  /** Between 0 and 1, for who wants a source of its own. */
  readonly fraction = (): number => this.random()
}
