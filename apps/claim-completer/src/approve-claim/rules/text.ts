import { dayOf, type LocalTime } from '#shared/clock'
import { pounds } from '#shared/database'

/** A day as caseworkers read it, `DD/MM/YYYY`. */
export const displayDay = (time: LocalTime): string => dayOf(time).split('-').reverse().join('/')

/** Whole pence as caseworkers read them. */
export const displayMoney = (inPence: number): string => `£${pounds(inPence).toFixed(2)}`
