import { pounds } from '#shared/database'
import type { JournalSettings } from './journal.settings.js'
import { refuseForeignRanges } from './foreign-ranges.js'
import { plainWorkbook } from './plain-workbook.js'
import { setCells } from './sheet-cells.js'
import {
  calculateOnLoad,
  dropCalculationChain,
  findSheet,
  packWorkbook,
  readXml,
  unpackWorkbook,
  writeXml,
} from './workbook-parts.js'

export interface JournalEntry {
  /** Whole pence. */
  readonly total: number
  /** `YYYYMMDDHHmmss`, London time of the run: its day is the accounting date and in the journal's name. */
  readonly stamp: string
}

/**
 * The finance workbook with the entry in its cells. The same input makes the same bytes. Of a template everything else
 * stays as it is: macros, formats, other sheets. Domain: `daily-and-payments.md`.
 * @throws JournalTemplateError if the template cannot take the figures
 */
export function makeJournal(
  entry: JournalEntry,
  settings: JournalSettings,
  template?: Uint8Array,
): Uint8Array {
  const parts = template ? unpackWorkbook(template) : plainWorkbook(settings.sheet)
  const { workbook, sheet } = findSheet(parts, settings.sheet)
  const document = readXml(parts, sheet)
  const name = journalName(entry.stamp, settings)
  refuseForeignRanges(parts, { sheet, document }, cellsOf(settings))
  const lostFormula = setCells(document, [
    [settings.totalCell, pounds(entry.total)],
    [settings.debitCell, pounds(entry.total)],
    [settings.accountingDateCell, accountingDate(entry.stamp)],
    [settings.periodCell, undefined],
    [settings.nameCell, name],
    [settings.descriptionCell, name],
  ])
  parts[sheet] = writeXml(document)
  if (lostFormula) dropCalculationChain(parts, workbook)
  calculateOnLoad(parts, workbook)
  return packWorkbook(parts)
}

/** The cells to fill, as the settings name them. */
const cellsOf = (settings: JournalSettings): readonly string[] => [
  ...[settings.totalCell, settings.debitCell, settings.accountingDateCell],
  ...[settings.periodCell, settings.nameCell, settings.descriptionCell],
]

/** `13-Mar-2024`. */
export function accountingDate(stamp: string): string {
  const { day, month, year } = dayOfStamp(stamp)
  return `${day}-${months[Number(month) - 1]}-${year}`
}

/** `578/APVU/130324/EB`. */
export function journalName(stamp: string, { prefix, suffix }: JournalSettings): string {
  const { day, month, year } = dayOfStamp(stamp)
  return `${prefix}${day}${month}${year.slice(2)}${suffix}`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const dayOfStamp = (stamp: string) => ({
  year: stamp.slice(0, 4),
  month: stamp.slice(4, 6),
  day: stamp.slice(6, 8),
})
