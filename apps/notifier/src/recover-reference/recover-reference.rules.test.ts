import { describe, expect, it } from 'vitest'
import { claimantIn } from './recover-reference.rules.js'

describe('the claimant whose reference is asked for', () => {
  it('is named by address and prison number, whatever the spaces around', () => {
    const claimant = { emailAddress: 'Siân@example.org', prisonNumber: 'A1505VK' }
    expect(claimantIn('Siân@example.org~~A1505VK')).toEqual(claimant)
    expect(claimantIn(' Siân@example.org ~~ A1505VK\r\n')).toEqual(claimant)
  })

  it.each([
    null,
    '',
    'sian@example.org',
    '~~',
    'sian@example.org~~ ',
    ' ~~A1505VK',
    'sian@example.org~A1505VK',
  ])('is not named by %j', (data) => {
    expect(claimantIn(data)).toEqual({ reject: 'recovery-data-malformed' })
  })
})
