import { readCsv } from '#shared/documents'
import type { Payment, PaymentFile, PaymentFiles } from '../payment.js'
import { asText, countries, inOrder, totalsHeading } from './bank-file.rules.js'
import { readJournal } from './journal-reader.js'
import type { JournalSettings } from './journal.settings.js'

/** The figure that differs from the payments'. */
export type Disagreement =
  | `${'bank-file' | 'unit-file'}-${'lines' | 'total' | 'accounts' | 'amounts'}`
  | 'unit-file-references'
  | 'country-totals'
  | 'journal-total'
  | 'journal-debit'

/**
 * Reads the files back and compares them with the payments: how many, how much, to which account, for which claim, by
 * country, and the journal. Domain: `daily-and-payments.md`.
 * @returns the first figure that differs, undefined if all agree
 * @throws JournalTemplateError if the journal cannot be read back
 */
export function whatDisagrees(
  files: PaymentFiles,
  payments: readonly Payment[],
  settings: JournalSettings,
): Disagreement | undefined {
  const ordered = inOrder(payments)
  const total = ordered.reduce((sum, { amount }) => sum + amount, 0)
  return (
    inBankFile(files.bank, ordered, total) ??
    inUnitFile(files.unit, ordered, total) ??
    inJournal(files.journal, total, settings)
  )
}

function inBankFile(file: PaymentFile, ordered: readonly Payment[], total: number): Disagreement | undefined {
  const found = compare(file, ordered)
  if (found.count !== ordered.length || found.footer.length > 0) return 'bank-file-lines'
  if (found.total !== total) return 'bank-file-total'
  return found.other.account ? 'bank-file-accounts' : found.other.amount ? 'bank-file-amounts' : undefined
}

function inUnitFile(file: PaymentFile, ordered: readonly Payment[], total: number): Disagreement | undefined {
  const found = compare(file, ordered)
  if (found.count !== ordered.length) return 'unit-file-lines'
  if (found.total !== total) return 'unit-file-total'
  if (found.other.account) return 'unit-file-accounts'
  if (found.other.amount) return 'unit-file-amounts'
  if (found.other.reference) return 'unit-file-references'
  return found.other.country || !totalsAgree(found, ordered) ? 'country-totals' : undefined
}

function inJournal(
  { bytes }: PaymentFile,
  total: number,
  settings: JournalSettings,
): Disagreement | undefined {
  const journal = readJournal(bytes, settings)
  if (journal.total !== total) return 'journal-total'
  return journal.debit === total ? undefined : 'journal-debit'
}

interface Found {
  /** Lines of payments. */
  count: number
  /** Of those lines, in whole pence; `NaN` if an amount is none. */
  total: number
  /** What is other on any line than in the payment it should be of. */
  readonly other: { account: boolean; amount: boolean; reference: boolean; country: boolean }
  /** What follows the empty line. */
  readonly footer: string[][]
}

/** Line by line, and nothing of a line is kept: there may be a hundred thousand. */
function compare({ bytes }: PaymentFile, ordered: readonly Payment[]): Found {
  const other = { account: false, amount: false, reference: false, country: false }
  const found: Found = { count: 0, total: 0, other, footer: [] }
  let isFooter = false
  for (const fields of readCsv(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))) {
    if (fields.length === 1 && fields[0] === '') isFooter = true
    else if (isFooter) found.footer.push(fields)
    else {
      const [sortCode, account, , amount, , reference, country] = fields
      const payment = ordered[found.count++]
      found.total += inPence(amount)
      other.account ||= sortCode !== payment?.sortCode || account !== payment?.accountNumber
      other.amount ||= inPence(amount) !== payment?.amount
      other.reference ||= reference !== asText(payment?.reference ?? '')
      other.country ||= country !== asText(payment?.country ?? '')
    }
  }
  return found
}

const inPence = (text = ''): number => (/^\d+\.\d\d$/.test(text) ? Number(text.replace('.', '')) : Number.NaN)

/** The countries' totals, and the payments of none of them, make up the whole. */
function totalsAgree({ footer: [heading, ...totals], total }: Found, ordered: readonly Payment[]): boolean {
  const found = new Map(totals.map(([country = '', amount]) => [country, inPence(amount)]))
  let rest = total
  const paid = new Map<string, number>(countries.map((country) => [country, 0]))
  for (const { country, amount } of ordered) {
    const sum = paid.get(country)
    if (sum !== undefined) paid.set(country, sum + amount)
    else rest -= amount
  }
  const sumFound = [...found.values()].reduce((sum, amount) => sum + amount, 0)
  return sumFound === rest && isSame(heading, totalsHeading) && isSame([...found], [...paid])
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
