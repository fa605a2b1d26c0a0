import { describe, expect, it } from 'vitest'
import { asTheBankHasIt, claimAmounts, isOwed, whyLeftOut, type DuePayment } from './payable.rules.js'

const expense = (ApprovedCost: number | null, Status = 'APPROVED') => ({ ApprovedCost, Status })

describe('what a claim comes to', () => {
  it.each([
    ['its approved expenses', [expense(34.6), expense(4.1)], [], { total: 3870, payment: 3870 }],
    [
      'to the penny',
      [expense(0.1), expense(0.2), expense(1)],
      [{ Amount: 0.3 }],
      { total: 100, payment: 100 },
    ],
    ['less its deductions', [expense(10)], [{ Amount: 2.5 }, { Amount: 1 }], { total: 650, payment: 650 }],
    [
      'less what was paid in another way',
      [
        expense(10, 'APPROVED-DIFF-AMOUNT'),
        expense(5, 'MANUALLY-PROCESSED'),
        expense(1, 'manually_processed'),
      ],
      [],
      { total: 1600, manuallyProcessed: 600, payment: 1000 },
    ],
    [
      'nought of it without a cost',
      [expense(null, 'MANUALLY-PROCESSED')],
      [],
      zero({ manuallyProcessed: 0 }),
    ],
    ['less than nought', [expense(5)], [{ Amount: 5.01 }], { total: -1, payment: -1 }],
  ])('is %s', (_, expenses, deductions, expected) => {
    expect(claimAmounts(expenses, deductions)).toEqual(expected)
  })
})

function zero(more: object) {
  return { total: 0, payment: 0, ...more }
}

describe('a payment', () => {
  const due: DuePayment = {
    ...{ kind: 'claim', itemId: 1, claimId: 1, reference: 'ABCDEFG', amount: 1 },
    ...{ sortCode: '112233', accountNumber: '12345678', nameOnAccount: 'Zoë O’Hara, "Z"', rollNumber: null },
    ...{ country: null, lostPaymentId: null },
  }

  it.each<[string, Partial<DuePayment>]>([
    ['with accents, commas and quotes', {}],
    ['of the largest amount', { amount: 99_999_999 }],
    ['with a roll number and a country', { rollNumber: 'R-1/2', country: 'Wales' }],
    ['without a name', { nameOnAccount: null }],
    ['with a sort code as people write it', { sortCode: '11-22-33' }],
    ['with gaps', { sortCode: ' 00 11 22 ', accountNumber: '0123 4567' }],
    ['of noughts', { sortCode: '000000', accountNumber: '00000000' }],
    ['with a name that looks like a formula', { nameOnAccount: '=1+1', rollNumber: '-1', country: '@' }],
  ])('%s is made', (_, columns) => {
    expect(whyLeftOut({ ...due, ...columns })).toBeUndefined()
  })

  it.each<[string, Partial<DuePayment>]>([
    ['paid-by-a-lost-run', { lostPaymentId: 7 }],
    ['amount-not-positive', { amount: 0 }],
    ['amount-not-positive', { amount: -1 }],
    ['amount-does-not-fit', { amount: 100_000_000 }],
    ['amount-unreadable', { amount: Number.NaN }],
    ['sort-code-missing', { sortCode: null }],
    ['sort-code-missing', { sortCode: ' ' }],
    ['account-number-missing', { accountNumber: null }],
    ['account-number-missing', { accountNumber: '' }],
    ...[
      'ABCDEF',
      '1122',
      '11223',
      '1122334',
      '11223O',
      '------',
      '１１２２３３',
      '١١٢٢٣٣',
      '11.22.33',
      '11–22–33',
      '+11223',
    ].map((sortCode): [string, Partial<DuePayment>] => ['sort-code-malformed', { sortCode }]),
    ...[
      'ABCDEFGH',
      '1234',
      '1234567',
      '123456789',
      '1234567X',
      '１２３４５６７８',
      '-1234567',
      '1e345678',
      '12345.67',
    ].map((accountNumber): [string, Partial<DuePayment>] => ['account-number-malformed', { accountNumber }]),
    ['reference-has-control-characters', { reference: 'ABC\nDEF' }],
    ['name-has-control-characters', { nameOnAccount: 'Zo\ud800' }],
    ['name-has-control-characters', { nameOnAccount: 'Zo\u202e' }],
    ['name-has-control-characters', { nameOnAccount: '\ufeffZo' }],
    ['bank-detail-has-control-characters', { sortCode: '1122\t3' }],
    ['bank-detail-has-control-characters', { accountNumber: '1234\n67' }],
    ['bank-detail-has-control-characters', { rollNumber: 'R\u0085' }],
    ['name-has-control-characters', { nameOnAccount: 'Zoë\r\nO’Hara' }],
    ['name-has-control-characters', { nameOnAccount: 'Zoë\u0000' }],
    ['name-has-control-characters', { nameOnAccount: 'Zoë\u2028O’Hara' }],
    ['name-has-control-characters', { nameOnAccount: 'Zoë\u2029O’Hara' }],
    ['country-has-control-characters', { country: 'Wales\n' }],
  ])('is left out for %s: %j', (reason, columns) => {
    expect(whyLeftOut({ ...due, ...columns })).toBe(reason)
  })

  it('has its sort code and account number as the bank does, with their leading noughts', () => {
    const written = { ...due, sortCode: '00-11 22', accountNumber: '0123-4567 ' }
    expect(asTheBankHasIt(written)).toEqual({ ...due, sortCode: '001122', accountNumber: '01234567' })
    expect(asTheBankHasIt({ ...due, sortCode: null })).toEqual({ ...due, sortCode: null })
  })

  it('is owed on a claim only if it is positive, on a top-up always', () => {
    const owed = (kind: DuePayment['kind']) =>
      [1, 0, -1, NaN].map((amount) => isOwed({ ...due, kind, amount }))
    expect(owed('claim')).toEqual([true, false, false, true])
    expect(owed('top-up')).toEqual([true, true, true, true])
  })
})
