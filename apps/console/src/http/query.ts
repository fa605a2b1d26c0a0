import { Refusal } from './request.js'

export type Query = Readonly<Record<string, unknown>>

/**
 * What an address says of a name; undefined where it says nothing. A filter that is not understood would show everything,
 * with a way to retry or close all of it.
 * @throws Refusal where it is said twice, or does not fit
 */
export function said(
  query: Query,
  name: string,
  fits: (text: string) => boolean = () => true,
): string | undefined {
  const given = query[name]
  if (given === undefined || given === '') return undefined
  if (typeof given === 'string' && fits(given)) return given
  throw new Refusal(400, `what is asked for cannot be understood: ${name}`)
}

/** The number of a row. */
export const isNumber = (text: string): boolean => /^\d{1,9}$/.test(text)
