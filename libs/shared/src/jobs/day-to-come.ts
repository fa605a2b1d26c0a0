import { dayOf, toLondon, type LocalDay } from '../clock/index.js'
import { PermanentFailure, TemporaryFailure } from '../messaging/index.js'

/** Clocks of two machines are at most so far apart: then the day is about to begin here. */
const clocksApartMs = 15 * 60_000

/**
 * A job runs for no day that has not come: its claims would be reminded, rejected and paid before their time.
 * @throws TemporaryFailure shortly before the day begins, for the scheduler's clock may be ahead of this one
 * @throws PermanentFailure otherwise
 */
export function refuseDayToCome(date: LocalDay, now: Date): void {
  if (date <= dayOf(toLondon(now))) return
  const soon = dayOf(toLondon(new Date(now.getTime() + clocksApartMs)))
  throw date <= soon ? new TemporaryFailure('date-to-come') : new PermanentFailure('date-to-come')
}
