import { payableRows } from './payment-rows.js'
import { merge, type Row } from './row-sets.js'
import type { Rows } from './rows.js'

type Random = () => number

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
const times = <T>(random: Random, most: number, make: (k: number) => T): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, (_, k) => make(k))
/** Whole pence as the tables have them: pounds. */
const pounds = (random: Random, mostPence: number): number => Math.floor(random() * mostPence) / 100

const names = [
  'Payee',
  'Zoë Ångström-Ødegård of Llanfair',
  'Bell, Ada "Addie"',
  '',
  ' ',
  'A name of far more than seventeen characters',
  "O'Neill 李",
]
const unpayableNames = ['two\nlines', 'tab\there', 'bell\u0007', 'next\u0085line', 'line\u2028separator']
const nothing = [null, '', ' ']
const statuses = ['APPROVED', 'APPROVED', 'AUTO-APPROVED', 'NEW', 'PENDING', 'REJECTED']
const expenseStatuses = [
  ...['APPROVED', 'APPROVED', 'APPROVED-DIFF-AMOUNT', 'MANUALLY-PROCESSED'],
  ...['REJECTED', 'REQUEST-INFORMATION', null],
]

/** Claims and top-ups of every kind: payable ones above all. */
export function randomClaims(random: Random): Rows {
  const count = 1 + Math.floor(random() * 12)
  return merge(...Array.from({ length: count }, (_, i) => randomClaim(random, i + 1)))
}

function randomClaim(random: Random, n: number): Rows {
  return payableRows(n, {
    claim: {
      Status: pick(random, statuses),
      DateApproved: random() < 0.5 ? '2019-12-08 14:00:00' : null,
      PaymentMethod: random() < 0.85 ? 'bank' : 'payout',
      ...(random() < 0.1
        ? { PaymentStatus: 'PROCESSED', PaymentAmount: 5, PaymentDate: '2019-12-10 00:05:00' }
        : {}),
    },
    expenses: times(random, 5, () => ({
      Status: pick(random, expenseStatuses),
      ApprovedCost: random() < 0.1 ? null : pounds(random, random() < 0.02 ? 99_999_999 : 20_000),
      IsEnabled: random() < 0.8,
    })),
    deductions: times(random, 2, () => ({ Amount: pounds(random, 12_000), IsEnabled: random() < 0.7 })),
    banks: times(random, random() < 0.9 ? 1 : 2, () => randomBank(random)),
    topUps: times(random, 2, () => randomTopUp(random)),
    country: pick(random, ['England', 'Wales', 'Scotland', 'Northern Ireland', 'Jersey', null]),
  })
}

function randomBank(random: Random): Row {
  const flaw = random()
  return {
    NameOnAccount: pick(random, names),
    RollNumber: random() < 0.3 ? `R/${Math.floor(random() * 1e6)},"x"` : null,
    ...(flaw < 0.05 ? { SortCode: pick(random, nothing) } : {}),
    ...(flaw > 0.05 && flaw < 0.1 ? { AccountNumber: pick(random, nothing) } : {}),
    ...(flaw > 0.1 && flaw < 0.15 ? { NameOnAccount: pick(random, unpayableNames) } : {}),
    ...(flaw > 0.15 && flaw < 0.18 ? { RollNumber: 'R\r1' } : {}),
  }
}

const randomTopUp = (random: Random): Row => ({
  TopUpAmount: random() < 0.15 ? -pounds(random, 5_000) : pounds(random, 5_000),
  ...(random() < 0.2 ? { PaymentStatus: 'PROCESSED', PaymentDate: '2019-12-10 00:05:00' } : {}),
})

/** What a run should select, by reckoning of its own. */
export interface Due {
  readonly name: string
  readonly kind: 'claim' | 'top-up'
  readonly pence: number
  readonly canBePaid: boolean
}

const inPence = (amount: unknown): number => Math.round(Number(amount ?? 0) * 100)
const isApproved = ({ Status }: Row) =>
  ['APPROVED', 'APPROVED-DIFF-AMOUNT', 'MANUALLY-PROCESSED'].includes(String(Status))

export function duePayments(given: Rows): Due[] {
  const claims = (given['IntSchema.Claim'] ?? []).filter(({ PaymentMethod }) => PaymentMethod === 'bank')
  return claims.flatMap((claim) => [...claimDue(given, claim), ...topUpsDue(given, claim)])
}

function claimDue(given: Rows, claim: Row): Due[] {
  const of = (table: 'IntSchema.ClaimExpense' | 'IntSchema.ClaimDeduction') =>
    (given[table] ?? []).filter(({ ClaimId }) => ClaimId === claim.ClaimId)
  const expenses = of('IntSchema.ClaimExpense').filter(isApproved)
  const isDue =
    (['APPROVED', 'AUTO-APPROVED'].includes(String(claim.Status)) || claim.DateApproved !== undefined) &&
    claim.PaymentStatus === undefined &&
    expenses.length > 0
  if (!isDue) return []
  let pence = 0
  for (const { Status, ApprovedCost } of expenses)
    if (Status !== 'MANUALLY-PROCESSED') pence += inPence(ApprovedCost)
  for (const { IsEnabled, Amount } of of('IntSchema.ClaimDeduction')) if (IsEnabled) pence -= inPence(Amount)
  const canBePaid = hasAccount(given, claim) && pence <= 99_999_999
  return [{ name: `claim ${String(claim.ClaimId)}`, kind: 'claim', pence, canBePaid }]
}

const topUpsDue = (given: Rows, claim: Row): Due[] =>
  (given['IntSchema.TopUp'] ?? [])
    .filter(({ ClaimId, PaymentStatus }) => ClaimId === claim.ClaimId && PaymentStatus === 'PENDING')
    .map(({ TopUpId, TopUpAmount }) => {
      const pence = inPence(TopUpAmount)
      const canBePaid = pence > 0 && hasAccount(given, claim)
      return { name: `top-up ${String(TopUpId)}`, kind: 'top-up', pence, canBePaid }
    })

/** The newest bank detail has all that is needed, and nothing a bank's reader would end a line at. */
function hasAccount(given: Rows, claim: Row): boolean {
  const bank = (given['IntSchema.ClaimBankDetail'] ?? [])
    .filter(({ ClaimId }) => ClaimId === claim.ClaimId)
    .at(-1)
  if (!bank) return false
  const { SortCode = '', AccountNumber = '', NameOnAccount = '', RollNumber = '' } = bank
  const isThere = [SortCode, AccountNumber].every((text) => String(text).trim() !== '')
  return isThere && !/[\n\r\t\u0007\u0085\u2028]/.test([NameOnAccount, RollNumber].join(''))
}
