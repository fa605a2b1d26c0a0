import type { z } from 'zod'

/** What does not fit a schema, and what it must be: `address must begin with https://`. Nothing of what was given is in it. */
export const doesNotFit = ({ issues }: z.ZodError): string =>
  [...new Set(issues.map((issue) => `${issue.path.join('.') || 'all of it'}: ${wordsOf(issue)}`))].join('; ')

const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? 'has what it knows nothing of' : lowered(issue.message)
const lowered = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1)
