import { describe, expect, it } from 'vitest'
import { unansweredOf } from './support/answered.js'

const consumer = { consumer: 'pay-claims', last: 7, answered: 7, open: 0 }

describe('whether all is answered', () => {
  it.each([
    ['everything is', [consumer], []],
    ['nothing is for it', [{ ...consumer, last: 0, answered: 0 }], []],
    ['others have come since, for others', [{ ...consumer, answered: 9 }], []],
    [
      'the server has not counted the last one',
      [{ ...consumer, answered: 6 }],
      ['pay-claims: 6 of 7, 0 open'],
    ],
    ['nobody has looked at any', [{ ...consumer, answered: 0 }], ['pay-claims: 0 of 7, 0 open']],
    ['an earlier one waits to come again', [{ ...consumer, open: 1 }], ['pay-claims: 7 of 7, 1 open']],
    ['one of two is behind', [consumer, { ...consumer, answered: 3 }], ['pay-claims: 3 of 7, 0 open']],
    ['there is nobody to answer', [], ['SCHEDULE has messages, and no consumer']],
  ])('%s', (_, consumers, open) => {
    expect(unansweredOf('SCHEDULE', 7, consumers)).toEqual(open)
  })

  it('is so of an empty stream', () => {
    expect(unansweredOf('SCHEDULE', 0, [])).toEqual([])
  })
})
