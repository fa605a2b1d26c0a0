import { expect, it } from 'vitest'
import type { Payment } from '../payment.js'
import { disagreesWithRun } from './run-totals.rules.js'

const payment = (kind: Payment['kind'], amount: number): Payment => ({
  ...{ kind, itemId: 1, claimId: 1, reference: 'ABCDEFG', amount },
  ...{ sortCode: '', accountNumber: '', nameOnAccount: '', rollNumber: '', country: '' },
})

it.each([
  [undefined, { ClaimsPaid: 1, TopUpsPaid: 2, TotalPence: 106 }],
  ['run-claims', { ClaimsPaid: 2, TopUpsPaid: 1, TotalPence: 106 }],
  ['run-top-ups', { ClaimsPaid: 1, TopUpsPaid: 3, TotalPence: 106 }],
  ['run-total', { ClaimsPaid: 1, TopUpsPaid: 2, TotalPence: 107 }],
])('the payments and the run’s own totals: %s', (expected, run) => {
  const payments = [payment('claim', 1), payment('top-up', 5), payment('top-up', 100)]
  expect(disagreesWithRun(run, payments)).toBe(expected)
})
