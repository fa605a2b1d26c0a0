import type { Payment } from '../payment.js'
import { OwnRangeError } from '#shared/logging'

/** In the order of the unit file's totals. A payment of another country, or of none, is in no total. */
export const countries = ['England', 'Northern Ireland', 'Wales', 'Scotland'] as const

/** Characters of the name that are kept; the field is one longer. */
const payeeLength = 17
const amountLength = 11

/**
 * The payments in the files' order: claims by id, then top-ups by id. Domain: `daily-and-payments.md`, as all here.
 */
export const inOrder = (payments: readonly Payment[]): readonly Payment[] =>
  [...payments].sort((a, b) => rank(a) - rank(b) || a.itemId - b.itemId)

const rank = ({ kind }: Payment): number => (kind === 'claim' ? 0 : 1)

/** The lines of the bank file. @throws RangeError at an amount that does not fit its field */
export function* bankFile(payments: readonly Payment[]): Generator<string> {
  for (const payment of payments) yield line(bankFields(payment))
}

/**
 * The lines of the unit's file: the bank's with reference and country, and the countries' totals; `asText` where a field
 * looks like a formula.
 * @throws RangeError at an amount that does not fit its field
 */
export function* unitFile(payments: readonly Payment[]): Generator<string> {
  for (const payment of payments) yield line(unitFields(payment))
  yield '\n'
  yield line(totalsHeading)
  for (const country of countries) yield line([country, decimal(countryTotal(payments, country))])
}

export const totalsHeading: readonly string[] = ['Country', 'Total Amount']

/** Whole pence. */
const countryTotal = (payments: readonly Payment[], country: string): number =>
  payments.reduce((sum, payment) => (payment.country === country ? sum + payment.amount : sum), 0)

/** The amount's field, of whole pence: `00000012.34`. @throws RangeError if it does not fit, or is not positive */
export function amountField(amount: number): string {
  const text = decimal(amount).padStart(amountLength, '0')
  if (!Number.isSafeInteger(amount) || amount <= 0 || text.length > amountLength) {
    throw new OwnRangeError('an amount does not fit the bank file')
  }
  return text
}

/** The payee's field: counted in whole characters, so that none is cut in two. */
export function payeeField(nameOnAccount: string): string {
  const kept = [...nameOnAccount].slice(0, payeeLength)
  return kept.join('') + ' '.repeat(payeeLength + 1 - kept.length)
}

const bankFields = (payment: Payment): readonly string[] => [
  payment.sortCode,
  payment.accountNumber,
  payeeField(payment.nameOnAccount),
  amountField(payment.amount),
  payment.rollNumber,
]

const unitFields = (payment: Payment): readonly string[] => {
  const { nameOnAccount, rollNumber, reference, country } = payment
  const harmless = {
    ...{ nameOnAccount: asText(nameOnAccount), rollNumber: asText(rollNumber) },
    ...{ reference: asText(reference), country: asText(country) },
  }
  return [...bankFields({ ...payment, ...harmless }), harmless.reference, harmless.country]
}

/**
 * A text that a spreadsheet shows, and does not take for a formula: people open the unit's file in one. The bank's file
 * is as it is.
 */
export const asText = (text: string): string =>
  /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) ? `'${text}` : text

/** Whole pence with two decimals. */
function decimal(amount: number): string {
  const digits = String(amount).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const line = (fields: readonly string[]): string => `${fields.map(csv).join(',')}\n`

const csv = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
