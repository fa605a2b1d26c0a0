import { dayOf, type LocalDay, type LocalTime } from '#shared/clock'

/** A time for people who know the day: the time of day alone, if it is on that day. */
export const timeOn = (day: LocalDay, time: LocalTime): string =>
  dayOf(time) === dayOf(day) ? time.slice(11) : time

/** Without its milliseconds. */
export const toSeconds = (time: LocalTime): string => time.slice(0, 19)
