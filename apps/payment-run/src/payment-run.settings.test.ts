import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SettingsError } from '#shared/config'
import { PaymentRunSettings } from './payment-run.settings.js'

const folder = mkdtempSync(join(tmpdir(), 'hwpv-template-'))
const template = join(folder, 'finance.xlsm')
writeFileSync(template, 'workbook')

afterAll(() => rmSync(folder, { recursive: true }))

const refused = (complaint: string) => new SettingsError(`settings: ${complaint}`)

describe('the settings of the payment run', () => {
  it('have the old worker’s defaults, empty values included', () => {
    const expected = {
      cleanUpAfterDays: 28,
      journal: {
        ...{ prefix: '578/APVU/', suffix: '/EB', sheet: 'WebADI', totalCell: 'K20', debitCell: 'J19' },
        ...{ accountingDateCell: 'E12', periodCell: 'E13', nameCell: 'E14', descriptionCell: 'E15' },
      },
      template: undefined,
    }
    expect({ ...new PaymentRunSettings({}) }).toEqual(expected)
    const empty = { APVS_ADI_TEMPLATE_PATH: '', APVS_ADI_TOTAL_CELL: ' ' }
    expect({ ...new PaymentRunSettings(empty) }).toEqual(expected)
  })

  it('are the deployment’s where it has some', () => {
    const settings = new PaymentRunSettings({
      ...{ APVS_PAYMENT_CLEANUP_FILE_NUMBER_OF_DAYS: '7', APVS_ADI_JOURNAL_PREFIX: 'P/' },
      ...{ APVS_ADI_JOURNAL_SUFFIX: '/S', APVS_ADI_JOURNAL_SHEET: 'Journal 2', APVS_ADI_TOTAL_CELL: 'XFD1' },
      ...{ APVS_ADI_DEBIT_CELL: 'A1048576', APVS_ADI_ACCOUNTING_DATE_CELL: 'AA1' },
      ...{ APVS_ADI_PERIOD_CELL: 'B2', APVS_ADI_JOURNAL_NAME_CELL: 'C3' },
      ...{ APVS_ADI_JOURNAL_DESCRIPTION_CELL: 'D4', APVS_ADI_TEMPLATE_PATH: template },
    })
    expect({ ...settings, template: String(settings.template) }).toEqual({
      cleanUpAfterDays: 7,
      journal: {
        ...{ prefix: 'P/', suffix: '/S', sheet: 'Journal 2', totalCell: 'XFD1', debitCell: 'A1048576' },
        ...{ accountingDateCell: 'AA1', periodCell: 'B2', nameCell: 'C3', descriptionCell: 'D4' },
      },
      template: 'workbook',
    })
  })

  it.each(['20', 'K', 'k20', 'K0', 'K020', 'XFE1', 'A1048577', 'AAAA1', '$K$20', 'K20:K21', 'WebADI!K20'])(
    'take no %s for a cell, and do not repeat it',
    (value) => {
      const env = { APVS_ADI_TOTAL_CELL: value }
      expect(() => new PaymentRunSettings(env)).toThrow(
        refused('APVS_ADI_TOTAL_CELL is malformed: a cell, as `K20`, is expected'),
      )
    },
  )

  it.each([
    ['APVS_PAYMENT_CLEANUP_FILE_NUMBER_OF_DAYS', 'a month', 'a whole number'],
    ['APVS_ADI_JOURNAL_SHEET', 'a/b', 'the name of a sheet'],
    ['APVS_ADI_JOURNAL_SHEET', 'x'.repeat(32), 'the name of a sheet'],
  ])('name %s where it is "%s"', (name, value, form) => {
    expect(() => new PaymentRunSettings({ [name]: value })).toThrow(
      refused(`${name} is malformed: ${form} is expected`),
    )
  })

  it.each([
    ['that is not there', join(folder, 'none.xlsm')],
    ['that is a folder', folder],
  ])('name the variable of a template %s, and not its path', (_, path) => {
    const start = () => new PaymentRunSettings({ APVS_ADI_TEMPLATE_PATH: path })
    expect(start).toThrow(refused('the file that APVS_ADI_TEMPLATE_PATH names cannot be read'))
  })
})
