import { addDays, dayOf, type LocalTime } from '#shared/clock'

/** The same time of day `days` days before, to the second: before it is what is older. */
export const daysBefore = (time: LocalTime, days: number): LocalTime =>
  `${addDays(dayOf(time), -days)}${time.slice(10, 19)}`
