import { timingSafeEqual } from 'node:crypto'

/** Whether a form brought back the token of the session, in a time that says nothing about it. */
export function isSameToken(expected: string | undefined, given: unknown): boolean {
  if (!expected || typeof given !== 'string') return false
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}
