import type { PayableClaim } from '../payment-rows.js'

const paid = (amount: number, more: object = {}) => ({
  ...{ TotalAmount: amount, PaymentAmount: amount, PaymentStatus: 'PROCESSED', PaymentDate: '@now' },
  ...more,
})
const total = (amount: number, more: object = {}) => ({ TotalAmount: amount, ...more })
const processed = { PaymentStatus: 'PROCESSED', PaymentDate: '@now' }
const earlier = { PaymentStatus: 'PROCESSED', PaymentDate: '2024-03-09 00:05:10' }

/** The claimants of a run, the first of them number 1, each with what becomes of them. */
export const paymentCases: readonly PayableClaim[] = [
  {
    about: 'a claim with deductions, one of them superseded, and a name that is cut',
    expenses: [34.6, 4.1],
    deductions: [{ Amount: 5.2 }, { Amount: 100, IsEnabled: false }],
    banks: [{ NameOnAccount: 'Zoë Penhallow-Smythe the Third' }],
    claimThen: paid(33.5),
  },
  {
    about: 'a claim partly paid in another way, spelt in other cases, with a roll number',
    claim: { PaymentMethod: 'BANK', Status: 'approved', DateApproved: null },
    expenses: [
      { ApprovedCost: 10.1, Status: 'APPROVED-DIFF-AMOUNT' },
      { ApprovedCost: 5, Status: 'MANUALLY-PROCESSED' },
      { ApprovedCost: 99, Status: 'REJECTED' },
      { ApprovedCost: 99, Status: null },
    ],
    banks: [{ RollNumber: 'ROLL-0042/B' }],
    country: 'Scotland',
    claimThen: paid(15.1, { ManuallyProcessedAmount: 5, PaymentAmount: 10.1 }),
  },
  {
    about: 'a claim of the old spelling with a superseded expense, and a name with comma and quotes',
    claim: { Status: 'AUTO_APPROVED', DateApproved: null },
    expenses: [{ ApprovedCost: 7.25, IsEnabled: false }],
    banks: [{ NameOnAccount: 'Ann "Bee", Cee' }],
    country: 'Wales',
    claimThen: paid(7.25),
  },
  {
    about: 'a rejected claim that had been approved',
    claim: { Status: 'REJECTED' },
    expenses: [12],
    country: 'Northern Ireland',
    claimThen: paid(12),
  },
  {
    about: 'a claim without a visitor, with a comma in its roll number',
    expenses: [0.1, 0.2],
    banks: [{ RollNumber: '1,2' }],
    country: null,
    claimThen: paid(0.3),
  },
  {
    about: 'a claim that comes to nought',
    expenses: [5],
    deductions: [{ Amount: 5 }],
    claimThen: total(0),
  },
  {
    about: 'a claim that comes to less than nought, without a bank detail',
    expenses: [5],
    deductions: [{ Amount: 5.01 }],
    banks: [],
    claimThen: total(-0.01),
  },
  {
    about: 'a claim that was paid, with its top-ups',
    claim: { ...earlier, PaymentAmount: 10, TotalAmount: 10 },
    topUps: [
      { TopUpAmount: 7.5 },
      { TopUpAmount: -2 },
      { TopUpAmount: 0 },
      { TopUpAmount: 1.25, PaymentStatus: 'pending' },
      { TopUpAmount: 3, ...earlier },
      { TopUpAmount: 4, PaymentDate: '2024-03-09 00:05:10' },
    ],
    topUpsThen: [processed, {}, {}, processed, {}, {}],
  },
  {
    about: 'a claim without a sort code, and its top-up',
    banks: [{ SortCode: null }],
    topUps: [{ TopUpAmount: 1 }],
    claimThen: total(10),
  },
  { about: 'a claim with an empty account number', banks: [{ AccountNumber: '' }], claimThen: total(10) },
  { about: 'a name of two lines', banks: [{ NameOnAccount: 'Ann\nBee' }], claimThen: total(10) },
  { about: 'a claim that is not decided on', claim: { Status: 'PENDING', DateApproved: null } },
  {
    about: 'a claim that is not paid to a bank, and its top-up',
    claim: { PaymentMethod: 'payout' },
    topUps: [{ TopUpAmount: 1 }],
  },
  {
    about: 'a claim of which nothing is approved',
    expenses: [
      { ApprovedCost: 10, Status: 'REQUEST-INFORMATION' },
      { ApprovedCost: 10, Status: null },
    ],
  },
  {
    about: 'a claim all of which was paid in another way',
    expenses: [{ ApprovedCost: 8, Status: 'MANUALLY_PROCESSED' }],
    claimThen: total(8, { ManuallyProcessedAmount: 8 }),
  },
  {
    about: 'a claim with two bank details, and its top-up of the same run',
    banks: [{ SortCode: '999999' }, { NameOnAccount: 'Słowik' }],
    topUps: [{ TopUpAmount: 2.05 }],
    claimThen: paid(10),
    topUpsThen: [processed],
  },
  { about: 'a claim without a bank detail', banks: [], claimThen: total(10) },
  { about: 'a claim that no column holds', expenses: [999_999.99, 0.01] },
  { about: 'a claim that just fits', expenses: [999_999.99], claimThen: paid(999_999.99) },
  { about: 'a name with a line separator', banks: [{ NameOnAccount: 'Ann\u2028Bee' }], claimThen: total(10) },
  { about: 'a roll number with a tab', banks: [{ RollNumber: '1\t2' }], claimThen: total(10) },
]

/** The bank file of that run: sort code, account, payee, amount, roll number; the unit's file goes on from there. */
export const bankLines = [
  ['110001,10000001,Zoë Penhallow-Smy ,00000033.50,', 'K0001RW,England'],
  ['110002,10000002,Payee Number 2    ,00000010.10,ROLL-0042/B', 'K0002RW,Scotland'],
  ['110003,10000003,"Ann ""Bee"", Cee    ",00000007.25,', 'K0003RW,Wales'],
  ['110004,10000004,Payee Number 4    ,00000012.00,', 'K0004RW,Northern Ireland'],
  ['110005,10000005,Payee Number 5    ,00000000.30,"1,2"', 'K0005RW,'],
  ['110016,10000016,Słowik            ,00000010.00,', 'K0016RW,England'],
  ['110019,10000019,Payee Number 19   ,00999999.99,', 'K0019RW,England'],
  ['110008,10000008,Payee Number 8    ,00000007.50,', 'K0008RW,England'],
  ['110008,10000008,Payee Number 8    ,00000001.25,', 'K0008RW,England'],
  ['110016,10000016,Słowik            ,00000002.05,', 'K0016RW,England'],
] as const

export const countryTotals = `
Country,Total Amount
England,1000054.29
Northern Ireland,12.00
Wales,7.25
Scotland,10.10
`

/** What is paid: kind, claimant, place among the top-ups, pence. */
export const paidItems = [
  ['claim', 1, 0, 3350],
  ['claim', 2, 0, 1010],
  ['claim', 3, 0, 725],
  ['claim', 4, 0, 1200],
  ['claim', 5, 0, 30],
  ['claim', 16, 0, 1000],
  ['claim', 19, 0, 99_999_999],
  ['top-up', 8, 0, 750],
  ['top-up', 8, 3, 125],
  ['top-up', 16, 0, 205],
] as const

/** What is left out, and why. */
export const leftOutItems = [
  ['claim', 9, 0, 1000, 'sort-code-missing'],
  ['claim', 10, 0, 1000, 'account-number-missing'],
  ['claim', 11, 0, 1000, 'name-has-control-characters'],
  ['claim', 17, 0, 1000, 'sort-code-missing'],
  ['claim', 18, 0, 100_000_000, 'amount-does-not-fit'],
  ['claim', 20, 0, 1000, 'name-has-control-characters'],
  ['claim', 21, 0, 1000, 'bank-detail-has-control-characters'],
  ['top-up', 8, 1, -200, 'amount-not-positive'],
  ['top-up', 8, 2, 0, 'amount-not-positive'],
  ['top-up', 9, 0, 100, 'sort-code-missing'],
] as const
