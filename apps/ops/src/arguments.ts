import type { LocalDay } from '#shared/clock'
import { scheduleMessage } from '#shared/contracts'
import { UsageError } from './command.js'

/**
 * A day as an option gives it; undefined where it was not given.
 * @throws UsageError where it is no day
 */
export function dayGiven(date: string | undefined): LocalDay | undefined {
  if (date !== undefined && !scheduleMessage.shape.date.safeParse(date).success) {
    throw new UsageError('the date is a day that exists, as YYYY-MM-DD')
  }
  return date
}
