import { fromLondon, type LocalDay } from '#shared/clock'
import { scheduleBody } from '#shared/contracts'
import { isHandlerName, policies, type HandlerName } from '#shared/messaging'
import { ageMs, type Ages } from '#shared/operations'
import { UsageError } from './failures.js'

/**
 * A day as an option gives it; undefined where it was not given.
 * @throws UsageError where it is no day
 */
export function dayGiven(date: string | undefined): LocalDay | undefined {
  if (date !== undefined && !scheduleBody.schema.shape.date.safeParse(date).success) {
    throw new UsageError('the date is a day that exists, as YYYY-MM-DD')
  }
  return date
}

/**
 * What an option gives; undefined where it was not given.
 * @throws UsageError where it is empty: it would mean everything
 */
export function textGiven(option: string, value: string | undefined): string | undefined {
  if (value !== undefined && !value.trim()) throw new UsageError(`--${option} is empty`)
  return value
}

/** @throws UsageError where there is no such handler */
export function handlerGiven(name: string | undefined): HandlerName | undefined {
  if (name !== undefined && !isHandlerName(name)) {
    throw new UsageError(`there is no handler ${name || "''"}: one of ${Object.keys(policies).join(', ')}`)
  }
  return name
}

/** A whole number from one up. @throws UsageError where it is none */
export function numberGiven(what: string, value: string): number {
  if (!/^[1-9]\d{0,14}$/.test(value)) throw new UsageError(`${what} is a whole number from 1`)
  return Number(value)
}

/** The options that say which ages are wanted. */
export const ageOptions = { 'older-than': { type: 'string' }, 'newer-than': { type: 'string' } } as const

/** @throws UsageError where one is malformed, or nothing can be as old as they say */
export function agesGiven(values: Readonly<Partial<Record<keyof typeof ageOptions, string>>>): Ages {
  const [olderThan, newerThan] = [ageGiven('older-than', values), ageGiven('newer-than', values)]
  if (olderThan !== undefined && newerThan !== undefined && olderThan > newerThan) {
    throw new UsageError('nothing is older than --older-than and newer than --newer-than')
  }
  return {
    ...(olderThan === undefined ? {} : { olderThan }),
    ...(newerThan === undefined ? {} : { newerThan }),
  }
}

function ageGiven(
  option: keyof typeof ageOptions,
  values: Readonly<Partial<Record<keyof typeof ageOptions, string>>>,
): number | undefined {
  const value = values[option]
  if (value === undefined) return undefined
  const age = ageMs(value)
  if (age === undefined) throw new UsageError(`--${option} is an age such as 90s, 15m, 2h or 3d`)
  return age
}

/**
 * A moment as an option gives it: an age, a London wall clock (`2026-11-21T10:00`), or one with its zone.
 * @throws UsageError where it is none
 */
export function momentGiven(option: string, value: string, now: Date): Date {
  const age = ageMs(value)
  if (age !== undefined) return new Date(now.getTime() - age)
  const match = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/.exec(value)
  try {
    const moment = match?.[3] ? new Date(value) : match ? fromLondon(value) : undefined
    if (moment && !Number.isNaN(moment.getTime())) return moment
  } catch {
    // No such day or time.
  }
  throw new UsageError(`--${option} is a time such as 2026-11-21T10:00 (in London), or an age such as 2h`)
}
