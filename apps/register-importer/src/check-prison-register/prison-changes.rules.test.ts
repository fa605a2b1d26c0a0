import { describe, expect, it } from 'vitest'
import { changesOf } from './prison-changes.rules.js'

const prison = { name: 'durham', displayName: 'Durham', region: 'ENG/WAL', postcode: 'DH1 3HU' }
const open = { ...prison, isClosed: false }
const closed = { ...prison, isClosed: true }

describe('what a register changes', () => {
  it.each([
    ['nothing, where it says what there is', [open], [prison], []],
    ['a prison that is new', [], [prison], [open]],
    [
      'its name',
      [open],
      [{ ...prison, displayName: 'HMP Durham' }],
      [{ ...open, displayName: 'HMP Durham' }],
    ],
    ['its region', [open], [{ ...prison, region: 'SCO' }], [{ ...open, region: 'SCO' }]],
    ['its postcode', [open], [{ ...prison, postcode: 'DH1' }], [{ ...open, postcode: 'DH1' }]],
    ['one that is gone', [open], [], [closed]],
    ['nothing of one that went before', [closed], [], []],
    ['one that is open again', [closed], [prison], [open]],
    ['nothing, whatever the case of its name', [{ ...open, name: 'Durham' }], [prison], []],
  ])('%s', (_, stored, register, changes) => {
    expect(changesOf(stored, register)).toEqual(changes)
  })
})
