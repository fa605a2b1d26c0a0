import { dayOf, type LocalTime } from '#shared/clock'
import { pounds } from '#shared/database'

/** The form in which names of types compare: without regard to case, as in the database. */
export const textKey = (text: string): string => text.trim().toLowerCase()

export const sameText = (one: string, other: string): boolean => textKey(one) === textKey(other)

/** A day as caseworkers read it, `DD/MM/YYYY`. */
export const displayDay = (time: LocalTime): string => dayOf(time).split('-').reverse().join('/')

/** Whole pence as caseworkers read them. */
export const displayMoney = (inPence: number): string => `£${pounds(inPence).toFixed(2)}`
