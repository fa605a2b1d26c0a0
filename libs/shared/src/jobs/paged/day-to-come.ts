import { dayOf, fromLondon, toLondon, type LocalDay } from '../../clock/index.js'
import { PermanentFailure, TemporaryFailure } from '../../messaging/index.js'

const hourMs = 3_600_000
/** What was fired by a clock so far ahead is waited for. Whoever fires further ahead has made a mistake. */
const waitedForMs = 48 * hourMs
/** The first wait, in milliseconds; each further one is longer by this factor. Two days are over after seven of them. */
const firstWaitMs = 5_000
const growth = 8
/** It may be this clock that is wrong, and put right soon: no wait is longer. */
const longestWaitMs = 24 * hourMs

/**
 * A job runs for no day that has not come: its claims would be reminded, rejected and paid before their time.
 * @param tries how often the message was delivered: each wait uses up one delivery
 * @throws TemporaryFailure in the two days before, for the clock of whoever fired it may be ahead, or this one behind
 * @throws PermanentFailure before that
 */
export function refuseDayToCome(date: LocalDay, now: Date, tries = 1): void {
  if (date <= dayOf(toLondon(now))) return
  const untilThenMs = fromLondon(date).getTime() - now.getTime()
  if (untilThenMs > waitedForMs) throw new PermanentFailure('date-to-come', true)
  const waitMs = Math.min(firstWaitMs * growth ** (tries - 1), longestWaitMs)
  throw new TemporaryFailure('date-to-come', Math.min(untilThenMs, waitMs))
}
