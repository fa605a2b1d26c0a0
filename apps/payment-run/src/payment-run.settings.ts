import { readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  optionalText,
  readSettings,
  setting,
  SettingsError,
  textOr,
  wholeNumber,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import { documentsSettingsGroup } from '#shared/documents'
import type { JournalSettings } from './payment-files/journal.settings.js'

const lastColumn = 'XFD'
const lastRow = 1_048_576

const cell = (fallback: string, words: string) =>
  setting(z.string().default(fallback).refine(isCell), { words, form: 'a cell, as `K20`,' })
/** A workbook takes no other name for a sheet. */
const sheetName = z.string().regex(/^[^[\]:*?/\\]{1,31}$/)

const schema = z.object({
  APVS_PAYMENT_CLEANUP_FILE_NUMBER_OF_DAYS: wholeNumber(28, {
    words: 'payment files older than this, to the second, counted from when the job starts, are deleted',
  }),
  APVS_ADI_TEMPLATE_PATH: optionalText({
    words:
      'the finance workbook that the journal is made of; read at start-up. Without it, a plain workbook with the sheet and the cells',
    place: 'files',
  }),
  APVS_ADI_JOURNAL_PREFIX: textOr('578/APVU/', {
    words: 'of the journal’s name, before the day as `DDMMYY`',
  }),
  APVS_ADI_JOURNAL_SUFFIX: textOr('/EB', { words: 'behind it' }),
  APVS_ADI_JOURNAL_SHEET: setting(sheetName.default('WebADI'), { form: 'the name of a sheet' }),
  APVS_ADI_TOTAL_CELL: cell('K20', 'the total; cells are named as in `K20`'),
  APVS_ADI_DEBIT_CELL: cell('J19', 'the total'),
  APVS_ADI_ACCOUNTING_DATE_CELL: cell('E12', 'the day'),
  APVS_ADI_PERIOD_CELL: cell('E13', 'emptied'),
  APVS_ADI_JOURNAL_NAME_CELL: cell('E14', 'the journal’s name'),
  APVS_ADI_JOURNAL_DESCRIPTION_CELL: cell('E15', 'the journal’s name'),
})

export const settings: readonly SettingsGroup[] = [{ schema }, documentsSettingsGroup]

/** Domain: `settings.md`, `daily-and-payments.md`. */
export class PaymentRunSettings {
  /** How old a payment file is when it is deleted, in whole days. */
  readonly cleanUpAfterDays: number
  readonly journal: JournalSettings
  /** The finance workbook as it was at start-up; absent: a plain workbook is made. */
  readonly template: Uint8Array | undefined

  /** @throws SettingsError naming what is malformed, or the template that cannot be read */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.cleanUpAfterDays = settings.APVS_PAYMENT_CLEANUP_FILE_NUMBER_OF_DAYS
    this.journal = {
      prefix: settings.APVS_ADI_JOURNAL_PREFIX,
      suffix: settings.APVS_ADI_JOURNAL_SUFFIX,
      sheet: settings.APVS_ADI_JOURNAL_SHEET,
      totalCell: settings.APVS_ADI_TOTAL_CELL,
      debitCell: settings.APVS_ADI_DEBIT_CELL,
      accountingDateCell: settings.APVS_ADI_ACCOUNTING_DATE_CELL,
      periodCell: settings.APVS_ADI_PERIOD_CELL,
      nameCell: settings.APVS_ADI_JOURNAL_NAME_CELL,
      descriptionCell: settings.APVS_ADI_JOURNAL_DESCRIPTION_CELL,
    }
    this.template = readTemplate(settings.APVS_ADI_TEMPLATE_PATH)
  }
}

function isCell(text: string): boolean {
  const [, column = '', row] = /^([A-Z]{1,3})([1-9]\d{0,6})$/.exec(text) ?? []
  const isColumn = column.length < lastColumn.length || column <= lastColumn
  return row !== undefined && isColumn && Number(row) <= lastRow
}

function readTemplate(path: string | undefined): Uint8Array | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path)
  } catch {
    throw new SettingsError('settings: the file that APVS_ADI_TEMPLATE_PATH names cannot be read')
  }
}
