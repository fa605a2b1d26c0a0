import { earlierClaimId, ofClaim, rowId, settledClaimant } from '../claim-rows.js'
import { edit, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { fails, named, sends, type EmailCase } from './email.cases.js'

const earlier = (n: number) => ({ ...ofClaim(n), ClaimId: earlierClaimId(n) })
const accept = 'ACCEPT-CLAIM-NOTIFICATION'
const crlf = '\r\n'
const text = (...lines: string[]) => lines.join(crlf)
const accepted = (n: number) => ({
  ...named(n),
  start_town: 'Glasbrae',
  prison: 'Altcourse',
  caseworker_note: '',
})
const settledCosts = {
  claim_details: text(
    ...['Your claim details', crlf],
    ...['Train journey -  to  ', 'Claimed: £21.00', 'Approved: £19.00', crlf],
    ...['Bus journey -  to  ', 'Claimed: £4.50', 'Approved: £4.50', crlf, crlf],
  ),
  approved_amount: '£23.50',
}

/** A settled claimant's approved claim, with these columns and rows. */
function approvedClaim(n: number, columns: Row, more: Rows = {}): Rows {
  const rows = edit(settledClaimant(n), { 'IntSchema.Claim': set(columns) })
  return { ...rows, ...more }
}
const bankDetail = (n: number): Rows => ({
  'IntSchema.ClaimBankDetail': [
    {
      ...{ ClaimBankDetailId: 60_000 + n, ...earlier(n) },
      ...{ AccountNumber: `7777${String(n).padStart(4, '0')}`, SortCode: '104447', NameOnAccount: 'Ms C T' },
    },
  ],
})
const deduction = (n: number, k: number, columns: Row): Row => ({
  ...{ ClaimDeductionId: n * 10 + k, ...earlier(n), IsEnabled: true },
  ...columns,
})
const expense = (n: number, k: number, columns: Row): Row => ({
  ...{ ClaimExpenseId: rowId.expense(n, k), ...earlier(n), IsEnabled: true, Status: 'APPROVED' },
  ...columns,
})

const variants: readonly [number, string, Row, string, Record<string, string>][] = [
  [
    ...([451, 'by bank', { PaymentMethod: 'bank' }, 'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID'] as const),
    { account_last_four_digits: '0451', ...settledCosts },
  ],
  [
    ...([452, 'by bank, in advance', { PaymentMethod: 'bank', IsAdvanceClaim: true }] as const),
    ...(['ACCEPTED_CLAIM_ADVANCE_BANK_EMAIL_TEMPLATE_ID', { account_last_four_digits: '0452' }] as const),
  ],
  [453, 'by payout', { PaymentMethod: 'payout' }, 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID', settledCosts],
  [
    ...([454, 'by payout, in advance', { PaymentMethod: 'payout', IsAdvanceClaim: true }] as const),
    ...(['ACCEPTED_CLAIM_ADVANCE_PAYOUT_EMAIL_TEMPLATE_ID', {}] as const),
  ],
  [455, 'by hand', { PaymentMethod: 'manual' }, 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', {}],
  [
    ...([456, 'by hand, in advance', { PaymentMethod: 'manual', IsAdvanceClaim: true }] as const),
    ...(['ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', {}] as const),
  ],
]

const inDetail: Rows = {
  'IntSchema.ClaimExpense': [
    expense(457, 3, {
      ExpenseType: 'ferry',
      Cost: 40,
      IsReturn: true,
      From: 'Ryde',
      To: 'Port',
      IsEnabled: false,
    }),
    expense(457, 1, {
      ...{ ExpenseType: 'car', Cost: 12.5, Status: 'MANUALLY-PROCESSED', From: 'Here', To: 'There' },
      ...{ IsReturn: false, ApprovedCost: 10.1 },
    }),
    expense(457, 2, { ExpenseType: 'refreshment', Cost: 4.35, ApprovedCost: 4.2 }),
  ],
  'IntSchema.ClaimDeduction': [
    deduction(457, 3, { DeductionType: 'overpayment', Amount: 1.1 }),
    deduction(457, 2, { DeductionType: 'hc3', Amount: 9, IsEnabled: false }),
    deduction(457, 1, { DeductionType: 'hc3', Amount: 2.2 }),
  ],
}

export const acceptedCases: readonly EmailCase[] = [
  ...variants.map(([n, about, columns, template, more]) =>
    sends(
      n,
      `paid ${about}`,
      { name: accept, rows: approvedClaim(n, columns, bankDetail(n)) },
      { template, personalisation: { ...accepted(n), ...more } },
    ),
  ),
  sends(
    457,
    'every expense, disabled ones too, and the enabled deductions',
    { name: accept, rows: approvedClaim(457, { PaymentMethod: 'payout' }, inDetail) },
    {
      template: 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID',
      personalisation: {
        ...accepted(457),
        claim_details:
          text(
            ...['Your claim details', crlf, 'Car journey - Here to There ', crlf],
            ...['Light Refreshment', 'Claimed: £4.35', 'Approved: £4.20', crlf],
            ...['Ferry - Ryde to Port  - Return', 'Claimed: £40.00', 'Approved: £0.00', crlf, crlf],
          ) +
          text(
            ...[crlf, 'Deductions', crlf, 'Type: HC3', 'Amount: £2.20', crlf],
            ...['Type: Overpayment', 'Amount: £1.10', crlf, crlf],
          ),
        approved_amount: '£11.00',
      },
    },
  ),
  sends(
    458,
    'a prison nobody knows, and a note',
    {
      name: accept,
      rows: edit(approvedClaim(458, { PaymentMethod: 'manual', Note: 'Well "done"' }), {
        'IntSchema.Prisoner': set({ NameOfPrison: 'Alcatraz' }),
      }),
    },
    {
      template: 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID',
      personalisation: {
        ...{ ...accepted(458), prison: '' },
        caseworker_note: text(crlf, 'Note from case worker:', '"Well "done""', crlf),
      },
    },
  ),
  fails(459, 'payment-method-missing', 'paid in no way', {
    name: accept,
    rows: approvedClaim(459, { PaymentMethod: null }),
  }),
  fails(460, 'payment-method-unknown', 'paid in a way nobody knows', {
    name: accept,
    rows: approvedClaim(460, { PaymentMethod: 'cheque' }),
  }),
  fails(461, 'expense-type-unknown', 'an expense nobody knows', {
    name: accept,
    rows: edit(settledClaimant(461), {
      'IntSchema.ClaimExpense': set({ ExpenseType: 'balloon' }, { ClaimExpenseId: rowId.expense(461, 9) }),
    }),
  }),
  fails(462, 'deduction-type-unknown', 'a deduction nobody knows', {
    name: accept,
    rows: approvedClaim(
      462,
      {},
      {
        'IntSchema.ClaimDeduction': [deduction(462, 1, { DeductionType: 'fine', Amount: 1 })],
      },
    ),
  }),
  fails(463, 'claim-not-found', 'a claim that is gone', { name: accept, rows: {} }),
]
