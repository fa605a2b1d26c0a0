import { describe, expect, it } from 'vitest'
import exceljs from 'exceljs'
import { strFromU8, strToU8 } from 'fflate'
import { macroWorkbook, macroWorkbookParts } from '../../../../test/support/macro-workbook.js'
import { whatIsWrong } from './journal-template.js'
import { makeJournal } from './journal.js'
import type { JournalSettings } from './journal.settings.js'

const settings: JournalSettings = {
  prefix: '578/APVU/',
  suffix: '/EB',
  sheet: 'WebADI',
  totalCell: 'K20',
  debitCell: 'J19',
  accountingDateCell: 'E12',
  periodCell: 'E13',
  nameCell: 'E14',
  descriptionCell: 'E15',
}
const entry = { total: 18_305, stamp: '20240313000500' }
const sheetPart = 'xl/worksheets/sheet7.xml'

describe('a template in which a cell to fill belongs to something else', () => {
  const formula = (cell: string, attributes: string) =>
    `<row r="${cell.replace(/\D/g, '')}"><c r="${cell}"><f ${attributes}>1</f><v>1</v></c></row>`
  const withRows = (rows: string) => macroWorkbookParts(rows)
  const withSheet = (change: (sheet: string) => string, others: Record<string, string> = {}) => {
    const parts = macroWorkbookParts('')
    const more = Object.entries(others).map(([name, xml]) => [name, strToU8(xml)])
    return {
      ...parts,
      [sheetPart]: strToU8(change(strFromU8(parts[sheetPart] ?? new Uint8Array()))),
      ...(Object.fromEntries(more) as Record<string, Uint8Array>),
    }
  }
  const merged = (ref: string) =>
    withSheet((sheet) => sheet.replace('<mergeCell ref="A1:C2"/>', `<mergeCell ref="${ref}"/>`))
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const related = (type: string, xml: string) =>
    withSheet((sheet) => sheet, {
      'xl/worksheets/_rels/sheet7.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/${type}" Target="../of-sheet.xml"/></Relationships>`,
      'xl/of-sheet.xml': xml,
    })
  const column = (name: string, calculated = false) =>
    `<tableColumn id="1" name="${name}">${calculated ? '<calculatedColumnFormula>1</calculatedColumnFormula>' : ''}</tableColumn>`
  const table = (attributes: string, columns = column('a') + column('b')) =>
    related('table', `<table xmlns="x" ${attributes}><tableColumns>${columns}</tableColumns></table>`)

  const refused: [string, Record<string, Uint8Array>, string][] = [
    ['an array formula', withRows(formula('J18', 't="array" ref="J18:J20"')), 'J19 lies in J18:J20'],
    ['one of several columns', withRows(formula('A1', 't="array" ref="$A$1:$XFD$30"')), 'K20 lies in'],
    [
      'an array formula that is its own, and fills others',
      withRows(formula('J19', 't="array" ref="J19:J20"')),
      'J19 lies in J19:J20',
    ],
    ['a spilling one', withRows(formula('E10', 't="array" cm="1" ref="E10:E13"')), 'E12 lies in E10:E13'],
    ['a shared formula', withRows(formula('K18', 't="shared" si="0" ref="K18:K22"')), 'K20 lies in K18:K22'],
    [
      'a data table',
      withRows(formula('I19', 't="dataTable" dt2D="1" r1="A1" r2="A2" ref="I19:K19"')),
      'J19 lies in I19:K19',
    ],
    ['a whole column', withRows(formula('J1', 't="array" ref="J:J"')), 'J19 lies in J:J'],
    ['a range nobody understands', withRows(formula('A1', 't="array" ref="#REF!"')), 'K20 lies in #REF!'],
    ['a merged range', merged('J18:J19'), 'J19 lies in J18:J19'],
    ['a merged row', merged('D12:E12'), 'E12 lies in D12:E12'],
    ['the headings of a table', table('ref="J19:K25"'), 'J19 lies in J19:K25'],
    ['the totals of a table', table('ref="K10:L20" totalsRowCount="1"'), 'K20 lies in K10:L20'],
    ['a calculated column', table('ref="J10:K25"', column('a') + column('b', true)), 'K20 lies in J10:K25'],
    ['the result of a query', table('ref="J18:K25" tableType="queryTable"'), 'K20 lies in J18:K25'],
    [
      'a pivot table',
      related(
        'pivotTable',
        '<pivotTableDefinition xmlns="x"><location ref="I18:L30"/></pivotTableDefinition>',
      ),
      'K20 lies in I18:L30',
    ],
  ]
  it.each(refused)('is refused in words: %s', (_, parts, words) => {
    const template = macroWorkbook(parts)
    expect(() => makeJournal(entry, settings, template)).toThrow(
      expect.objectContaining({
        ...{ name: 'JournalTemplateError', reason: 'template-cell-in-foreign-range' },
        message: expect.stringContaining(`journal template: ${words}`),
      }),
    )
    expect(whatIsWrong(settings, template)?.reason).toBe('template-cell-in-foreign-range')
  })

  it.each<[string, Record<string, Uint8Array>]>([
    ['an array formula of one cell is its own', withRows(formula('J19', 't="array" ref="J19"'))],
    ['an array formula is elsewhere', withRows(formula('A18', 't="array" ref="A18:I30"'))],
    [
      'a shared formula is its own, and nobody else’s',
      withRows(formula('J19', 't="shared" si="0" ref="J19:J20"')),
    ],
    ['it is the first of a merged range', merged('J19:J19')],
    ['it is the first of several merged', merged('E12:G12')],
    ['it is in the body of a table', table('ref="J10:K25"')],
    ['a table without headings begins with it', table('ref="J19:K25" headerRowCount="0"')],
    [
      'a calculated column is beside it',
      table('ref="J10:L25"', column('a') + column('b') + column('c', true)),
    ],
  ])('is taken where %s', (_, parts) => {
    expect(whatIsWrong(settings, macroWorkbook(parts))).toBeUndefined()
  })

  it.each([
    ['no template at all', undefined, {}, undefined],
    ['no workbook', strToU8('no workbook'), {}, 'template-not-a-workbook'],
    ['no such sheet', macroWorkbook(), { sheet: 'Other' }, 'template-sheet-missing'],
    ['one cell for two figures and a text', macroWorkbook(), { debitCell: 'E12' }, 'template-figure-lost'],
    [
      'a cell twice',
      macroWorkbook(withRows('<row r="20"><c r="K20"/><c r="K20"/></row>')),
      {},
      'template-figure-lost',
    ],
  ])('is tried out beforehand: %s', (_, template, other, reason) => {
    expect(whatIsWrong({ ...settings, ...other }, template)?.reason).toBe(reason)
  })

  it('has texts as texts, whatever the settings begin with', async () => {
    const workbook = new exceljs.Workbook()
    const bytes = makeJournal(entry, { ...settings, prefix: '=1+' }, macroWorkbook())
    await workbook.xlsx.load(Buffer.from(bytes) as never)
    expect(workbook.getWorksheet(settings.sheet)?.getCell('E14').value).toBe('=1+130324/EB')
  })
})
