import type { PrisonChange } from '../prison.js'

/** The regions that costing and approval tell apart. Domain: `prisons.md`. */
const regions: readonly string[] = ['ENG/WAL', 'SCO', 'NI', 'JSY', 'GSY', 'YCS']
/** From the islands nobody claims for a way by car. */
const withoutPostcode: readonly string[] = ['JSY', 'GSY']
/** Also with a letter in the place of a figure: some have been written so for years. */
const postcodeForm = /^[A-Z0-9]{2,4} ?[A-Z0-9]{3}$/

export type PrisonRefusal =
  | 'prison-name-missing'
  | 'prison-region-unknown'
  | 'prison-postcode-missing'
  | 'prison-postcode-malformed'

/** Why a prison cannot be taken in as the register has it; undefined if it can. One that has gone stays as it was. */
export function whyNotTakenIn({
  isClosed,
  displayName,
  region,
  postcode,
}: PrisonChange): PrisonRefusal | undefined {
  if (isClosed) return undefined
  if (!displayName) return 'prison-name-missing'
  if (!regions.includes(region)) return 'prison-region-unknown'
  if (!postcode) return withoutPostcode.includes(region) ? undefined : 'prison-postcode-missing'
  return postcodeForm.test(postcode) ? undefined : 'prison-postcode-malformed'
}
