import { kindOfNumber } from '../../shared/src/contracts/phone-number.js'
import { dataSeparator } from '../../shared/src/contracts/tasks.js'
import { claimTypes, type ClaimType } from './claim-type.js'
import { InvalidTaskError } from './invalid-task-error.js'

// Plain JavaScript calls these with anything: what the types promise is looked at again.

/** What the columns hold, and `int`, as the services read them. */
export const longest = { reference: 10, prisonNumber: 10, emailAddress: 100, message: 2_000 } as const
export const largestId = 2_147_483_647

/** No column keeps them as they are: half of a character, and the end of a text in C. */
const unkept = /[\0\p{Surrogate}]/u

/**
 * What nobody's address has: Notify, and every mail server, refuses more. Addresses that are odd and in the tables
 * for years must not keep a caseworker from deciding a claim.
 */
const address = /^[^\s\p{Cc}@<>,;]+@[^\s\p{Cc}@<>,;.]+(\.[^\s\p{Cc}@<>,;.]+)+$/u

/** An input's own fields, each read once by whoever takes it. */
export function checkedObject<T>(field: string, value: T): NonNullable<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidTaskError(field, 'must be an object')
  return value
}

export function checkedReference(value: unknown, field = 'reference'): string {
  const problem = `must be a text of 1 to ${longest.reference} characters`
  if (typeof value !== 'string' || value.length < 1 || value.length > longest.reference)
    throw new InvalidTaskError(field, problem)
  if (/[\s\p{Cc}\p{Surrogate}]/u.test(value))
    throw new InvalidTaskError(field, 'must not have spaces or control characters in it')
  return value
}

export function checkedId(field: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > largestId)
    throw new InvalidTaskError(field, `must be a whole number from 1 to ${largestId}`)
  return value
}

export function checkedClaimType(value: unknown): ClaimType {
  const found = claimTypes.find((type) => type === value)
  if (!found) throw new InvalidTaskError('claimType', `must be one of ${claimTypes.join(', ')}`)
  return found
}

/** A text that says something, of at most `most` characters without the spaces around it. */
export function checkedText(field: string, value: unknown, most = Infinity): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new InvalidTaskError(field, 'must be a text that is not empty')
  return kept(field, value, most)
}

/** The spaces around it are left to Notify, as they are. */
export function checkedAddress(field: string, value: unknown): string {
  const text = checkedText(field, value, longest.emailAddress)
  if (!address.test(text.trim())) throw new InvalidTaskError(field, 'must be an email address')
  return text
}

/** An email address, or a phone number that the services take. */
export function checkedRecipient(field: string, value: unknown): string {
  const text = checkedText(field, value).trim()
  if (text.includes('@')) return checkedAddress(field, text)
  if (kindOfNumber(text) === undefined)
    throw new InvalidTaskError(field, 'must be an email address or a phone number')
  return text
}

/** The same for whatever is typed of one recipient: an address in any case, a UK mobile's number with its prefix or without. */
export function comparableRecipient(recipient: string): string {
  if (kindOfNumber(recipient) === undefined) return recipient.toLowerCase()
  const digits = recipient.replace(/\D/g, '').replace(/^00/, '')
  const withinUk = digits.replace(/^44/, '').replace(/^0/, '')
  return /^7\d{9}$/.test(withinUk) ? `44${withinUk}` : digits
}

/** A text that may be empty or absent. */
export function optionalText(field: string, value: unknown, most = Infinity): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new InvalidTaskError(field, 'must be a text')
  return kept(field, value, most)
}

export function optionalAddress(field: string, value: unknown): string {
  const text = optionalText(field, value)
  return text.trim() === '' ? '' : checkedAddress(field, text)
}

function kept(field: string, text: string, most: number): string {
  if (text.trim().length > most) throw new InvalidTaskError(field, `must have ${most} characters at the most`)
  if (unkept.test(text))
    throw new InvalidTaskError(field, 'must not have null characters or halves of characters in it')
  return text
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
