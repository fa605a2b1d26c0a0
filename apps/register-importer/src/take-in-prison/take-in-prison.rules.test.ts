import { describe, expect, it } from 'vitest'
import { seededPrisons } from '#shared/database'
import { whyNotTakenIn } from './take-in-prison.rules.js'

const durham = {
  ...{ name: 'durham', displayName: 'Durham', region: 'ENG/WAL', postcode: 'DH1 3HU' },
  isClosed: false,
}

describe('what the register says of a prison', () => {
  it('can be used of every prison there was at first', () => {
    const refused = seededPrisons.filter(([name, displayName, region, postcode]) =>
      whyNotTakenIn({ name, displayName, region, postcode, isClosed: false }),
    )
    expect(refused).toEqual([])
  })

  it.each([
    ['prison-name-missing', { displayName: '' }],
    ['prison-region-unknown', { region: 'ENG' }],
    ['prison-region-unknown', { region: '' }],
    ['prison-postcode-missing', { postcode: '' }],
    ['prison-postcode-malformed', { postcode: 'DURHAM CITY' }],
    ['prison-postcode-malformed', { postcode: 'dh1 3hu' }],
    [undefined, { region: 'JSY', postcode: '' }],
    // It stays as it was, whatever that is.
    [undefined, { isClosed: true, region: 'ENG' }],
  ])('%s: %j', (reason, change) => {
    expect(whyNotTakenIn({ ...durham, ...change })).toBe(reason)
  })
})
