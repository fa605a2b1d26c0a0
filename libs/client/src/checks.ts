import { dataSeparator } from '../../shared/src/contracts/tasks.js'
import { InvalidTaskError } from './invalid-task-error.js'

// Plain JavaScript calls these with anything: what the types promise is looked at again.

/** The columns' own limits, as the services read them. */
const longestReference = 10
const largestId = 2_147_483_647

export function checkedReference(value: unknown): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > longestReference)
    throw new InvalidTaskError('reference', `must be a text of 1 to ${longestReference} characters`)
  return value
}

export function checkedId(field: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > largestId)
    throw new InvalidTaskError(field, 'must be a whole number above 0')
  return value
}

export function checkedText(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new InvalidTaskError(field, 'must be a text that is not empty')
  return value
}

/** A text that may be empty or absent. */
export function optionalText(field: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new InvalidTaskError(field, 'must be a text')
  return value
}

/**
 * Texts as `AdditionalData` holds several. The reader cuts at the first separators, so only the last text may have
 * one in it.
 */
export function joined(texts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(texts)
  for (const [field, text] of entries.slice(0, -1)) {
    // A tilde at its end would become part of the separator.
    if (text.includes(dataSeparator) || text.endsWith('~'))
      throw new InvalidTaskError(field, `must not have ${dataSeparator} in it, nor ~ at its end`)
  }
  return entries.map(([, text]) => text).join(dataSeparator)
}
