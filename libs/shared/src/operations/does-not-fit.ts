import type { z } from 'zod'

/** A part of what was given, and what it must be; nothing of what was given is in it. */
export interface Misfit {
  /** Where it is: `address`; empty where it is about all of it. */
  readonly at: string
  readonly words: string
}

/** What does not fit a schema, part by part. */
export const misfits = ({ issues }: z.ZodError): Misfit[] =>
  issues.map((issue) => ({ at: issue.path.join('.'), words: wordsOf(issue) }))

/** The same in one line: `address must begin with https://`. */
export const doesNotFit = (error: z.ZodError): string =>
  [...new Set(misfits(error).map(({ at, words }) => `${at || 'all of it'}: ${words}`))].join('; ')

const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? 'has what it knows nothing of' : lowered(issue.message)
const lowered = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1)
