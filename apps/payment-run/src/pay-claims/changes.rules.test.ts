import { describe, expect, it } from 'vitest'
import type { Payment } from '../payment.js'
import { isNothing, whatChanged } from './changes.rules.js'
import type { DuePayment } from '#shared/payments'

const payment: Payment = {
  ...{ kind: 'claim', itemId: 1, claimId: 1, reference: 'ABCDEFG', amount: 1_000 },
  ...{ sortCode: '001122', accountNumber: '01234567', nameOnAccount: 'Zoë O’Hara', rollNumber: '' },
  country: '',
}
const due: DuePayment = {
  ...payment,
  ...{ sortCode: '00-11-22', rollNumber: null, country: null, lostPaymentId: null },
}

describe('what has changed about a reserved payment', () => {
  it('is nothing where it comes to the same line', () => {
    expect(isNothing(whatChanged([payment], [due]))).toBe(true)
  })

  it.each<[string, Partial<DuePayment>, number]>([
    ['its amount', { amount: 1_001 }, 1],
    ['its sort code', { sortCode: '001123' }, 0],
    ['its account number', { accountNumber: '01234568' }, 0],
    ['the name on the account', { nameOnAccount: 'Zoe' }, 0],
    ['the roll number', { rollNumber: 'R1' }, 0],
    ['the country', { country: 'Wales' }, 0],
    ['the reference', { reference: 'ABCDEFH' }, 0],
  ])('is %s', (_, columns, pence) => {
    const changes = whatChanged([payment], [{ ...due, ...columns }])
    expect(changes).toMatchObject({ released: [], pence })
    expect(changes.corrected).toMatchObject([{ ...payment, rollNumber: null, country: null, ...columns }])
  })

  it.each<[string, readonly DuePayment[]]>([
    ['no-longer-due', []],
    ['no-longer-due', [{ ...due, amount: 0 }]],
    ['amount-does-not-fit', [{ ...due, amount: 100_000_000 }]],
    ['sort-code-missing', [{ ...due, sortCode: null }]],
    ['account-number-malformed', [{ ...due, accountNumber: '1234567' }]],
  ])('releases it: %s', (reason, now) => {
    expect(whatChanged([payment], now)).toEqual({
      ...{ corrected: [], released: [{ payment, reason }], pence: -1_000 },
    })
  })

  it('is told of each by itself', () => {
    const reserved = [1, 2, 3].map((itemId) => ({ ...payment, itemId }))
    const now = [
      { ...due, itemId: 3, amount: 1 },
      { ...due, itemId: 1 },
    ]
    const { corrected, released, pence } = whatChanged(reserved, now)
    expect([corrected.map(({ itemId }) => itemId), released.map((each) => each.payment.itemId)]).toEqual([
      [3],
      [2],
    ])
    expect(pence).toBe(-1_999)
  })
})
