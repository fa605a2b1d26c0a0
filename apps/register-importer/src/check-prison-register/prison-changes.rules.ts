import { textKey } from '#shared/contracts'
import type { PrisonChange, RegisteredPrison, StoredPrison } from '../prison.js'

/** What a register changes: prisons that are new, are not as they were, or open again; and those that are not in it any more. */
export function changesOf(
  stored: readonly StoredPrison[],
  register: readonly RegisteredPrison[],
): PrisonChange[] {
  const before = new Map(stored.map((prison) => [textKey(prison.name), prison]))
  const named = new Set(register.map(({ name }) => textKey(name)))
  const changed = register
    .map((prison) => ({ ...prison, isClosed: false }))
    .filter((prison) => !isSame(prison, before.get(textKey(prison.name))))
  const gone = stored
    .filter(({ name, isClosed }) => !isClosed && !named.has(textKey(name)))
    .map((prison) => ({ ...prison, isClosed: true }))
  return [...changed, ...gone]
}

const isSame = (one: StoredPrison, other: StoredPrison | undefined): boolean =>
  other !== undefined &&
  one.displayName === other.displayName &&
  one.region === other.region &&
  one.postcode === other.postcode &&
  one.isClosed === other.isClosed
