import { describe, expect, it } from 'vitest'
import exceljs from 'exceljs'
import { strFromU8, strToU8, unzipSync } from 'fflate'
import {
  journalRows,
  macroWorkbook,
  macroWorkbookParts,
  vbaProject,
} from '../../../../test/support/macro-workbook.js'
import { accountingDate, makeJournal } from './journal.js'
import { readJournal } from './journal-reader.js'
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

async function opened(bytes: Uint8Array, sheet = settings.sheet) {
  const workbook = new exceljs.Workbook()
  await workbook.xlsx.load(Buffer.from(bytes) as never)
  const found = workbook.getWorksheet(sheet)
  if (!found) throw new Error('no such sheet')
  return { workbook, sheet: found, value: (cell: string) => found.getCell(cell).value }
}
const text = (bytes: Uint8Array, part: string) => strFromU8(unzipSync(bytes)[part] ?? new Uint8Array())
const cellsOf = { K20: 183.05, J19: 183.05, E12: '13-Mar-2024', E13: null, E14: '578/APVU/130324/EB' }

describe('a journal without a template', () => {
  it('is a workbook with macros allowed, and has the cells of the example', async () => {
    const bytes = makeJournal(entry, settings)
    const { workbook, value } = await opened(bytes)
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(['WebADI'])
    for (const [cell, expected] of Object.entries({ ...cellsOf, E15: cellsOf.E14 }))
      expect([cell, value(cell)]).toEqual([cell, expected])
    expect(text(bytes, '[Content_Types].xml')).toContain(
      '"/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"',
    )
    expect(text(bytes, 'xl/worksheets/sheet1.xml')).toMatchInlineSnapshot(`
     "<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
     <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="12"><c r="E12" t="inlineStr"><is><t xml:space="preserve">13-Mar-2024</t></is></c></row><row r="13"><c r="E13"/></row><row r="14"><c r="E14" t="inlineStr"><is><t xml:space="preserve">578/APVU/130324/EB</t></is></c></row><row r="15"><c r="E15" t="inlineStr"><is><t xml:space="preserve">578/APVU/130324/EB</t></is></c></row><row r="19"><c r="J19"><v>183.05</v></c></row><row r="20"><c r="K20"><v>183.05</v></c></row></sheetData></worksheet>"
    `)
  })

  it('goes by the settings', async () => {
    const others = {
      prefix: ' <A&"> ',
      sheet: `R&D "O'Neil"`,
      totalCell: 'AB3',
      debitCell: 'A1',
      nameCell: 'Z3',
    }
    const bytes = makeJournal({ total: 100, stamp: '20261101235959' }, { ...settings, ...others })
    const { value } = await opened(bytes, others.sheet)
    expect(['AB3', 'A1', 'Z3', 'E12', 'K20', 'E14'].map(value)).toEqual([
      1,
      1,
      ' <A&"> 011126/EB',
      '01-Nov-2026',
      null,
      null,
    ])
  })

  it.each([
    ['20240101000500', '01-Jan-2024'],
    ['20240930000500', '30-Sep-2024'],
    ['20241231000500', '31-Dec-2024'],
  ])('dates %s as %s', (stamp, expected) => expect(accountingDate(stamp)).toBe(expected))
})

describe('a journal made from a template', () => {
  const bytes = makeJournal(entry, settings, macroWorkbook())

  it('has the cells, in their own formats, as another program reads them', async () => {
    const { sheet, value } = await opened(bytes)
    for (const [cell, expected] of Object.entries({ ...cellsOf, E15: cellsOf.E14 }))
      expect([cell, value(cell)]).toEqual([cell, expected])
    for (const cell of ['K20', 'J19']) {
      expect(sheet.getCell(cell).numFmt).toBe('"£"#,##0.00')
      expect(sheet.getCell(cell).font).toMatchObject({ bold: true, size: 14 })
    }
    const yellow = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFFF00' } }
    // The style of its own, and those of the column for cells that were not there.
    for (const cell of ['E13', 'E12', 'E14']) expect(sheet.getCell(cell).fill).toEqual(yellow)
    // That of its row.
    expect(sheet.getCell('E15').font).toMatchObject({ bold: true, size: 14 })
  })

  it('leaves the other cells, merged ones and formulas', async () => {
    const { workbook, sheet, value } = await opened(bytes)
    expect(['A1', 'D12', 'F12', 'M20', 'K19'].map(value)).toEqual([
      'Journal',
      'JAN-20',
      true,
      7,
      { formula: 'J19*2', result: 2 },
    ])
    expect(value('A15')).toMatchObject({ formula: '"a\r&"&B15' })
    expect(sheet.getCell('B2').master.address).toBe('A1')
    expect(sheet.getRow(15).height).toBe(30)
    expect(workbook.getWorksheet('Notes & more')?.getCell('A1').value).toMatchObject({
      formula: 'WebADI!K20*2',
    })
  })

  it('changes its sheet nowhere but in those cells', () => {
    const was = strFromU8(macroWorkbookParts()[sheetPart] ?? new Uint8Array())
    const name = '<is><t xml:space="preserve">578/APVU/130324/EB</t></is>'
    const rows =
      '<row r="1" spans="1:11"><c r="A1" s="1" t="s"><v>0</v></c></row>' +
      '<row r="12"><c r="D12" t="s"><v>1</v></c><c r="E12" s="2" t="inlineStr"><is><t xml:space="preserve">13-Mar-2024</t></is></c><c r="F12" t="b"><v>1</v></c></row>' +
      '<row r="13"><c r="E13" s="2"/></row>' +
      `<row r="14"><c r="E14" s="2" t="inlineStr">${name}</c></row>` +
      '<row r="15" s="1" customFormat="1" ht="30" customHeight="1"><c r="A15" t="str"><f>"a&#13;&amp;"&amp;B15</f><v>a&#13;&amp;</v></c>' +
      `<c r="E15" s="1" t="inlineStr">${name}</c></row>` +
      '<row r="19"><c r="J19" s="3"><v>183.05</v></c><c r="K19"><f>J19*2</f><v>2</v></c></row>' +
      '<row r="20"><c r="K20" s="3"><v>183.05</v></c><c r="M20" s="2"><v>7</v></c></row>'
    const expected = was.replace(journalRows, rows).replace('<dimension ref="A1:M20"/>', '')
    expect(text(bytes, sheetPart)).toBe(expected.replaceAll('\r\n', '\n'))
  })

  it('keeps every other part byte for byte, the macros among them', () => {
    // J19 held a formula: the order of calculation named it, and goes with what refers to it.
    const touched = [
      'xl/calcChain.xml',
      '[Content_Types].xml',
      'xl/_rels/workbook.xml.rels',
      'xl/workbook.xml',
      sheetPart,
    ]
    const before = macroWorkbookParts()
    const after = unzipSync(bytes)
    expect(Object.keys(after)).toEqual(Object.keys(before).filter((part) => part !== 'xl/calcChain.xml'))
    for (const part of Object.keys(before).filter((name) => !touched.includes(name)))
      expect([part, Buffer.from(before[part] ?? []).equals(Buffer.from(after[part] ?? []))]).toEqual([
        part,
        true,
      ])
    expect(Buffer.from(after['xl/vbaProject.bin'] ?? []).equals(vbaProject)).toBe(true)
    for (const part of ['[Content_Types].xml', 'xl/_rels/workbook.xml.rels'])
      expect(text(bytes, part)).toBe(
        strFromU8(before[part] ?? new Uint8Array())
          .replace(/<(Override|Relationship) [^>]*calcChain[^>]*>/, '')
          .replace('\r\n', '\n'),
      )
    expect(text(bytes, 'xl/workbook.xml')).toBe(
      strFromU8(before['xl/workbook.xml'] ?? new Uint8Array()).replace(
        '<calcPr calcId="191029"/>',
        '<calcPr calcId="191029" fullCalcOnLoad="1"/>',
      ),
    )
  })

  it('touches nothing but the sheet where none of its cells held a formula, and nothing is to be calculated', () => {
    const before = macroWorkbookParts(journalRows.replace('<f>K20</f>', ''))
    const workbook = strFromU8(before['xl/workbook.xml'] ?? new Uint8Array())
    before['xl/workbook.xml'] = strToU8(`\ufeff${workbook.replace('<calcPr calcId="191029"/>', '')}`)
    const after = unzipSync(makeJournal(entry, settings, macroWorkbook(before)))
    const changed = Object.keys(before).filter(
      (part) => !Buffer.from(before[part] ?? []).equals(Buffer.from(after[part] ?? [])),
    )
    expect(changed).toEqual([sheetPart])
  })

  it('is the same bytes every time, and can be a template again', () => {
    expect(makeJournal(entry, settings, macroWorkbook())).toEqual(bytes)
    expect(makeJournal(entry, settings, bytes)).toEqual(bytes)
  })

  it('finds rows and cells that do not say where they are, whatever the prefix', () => {
    const rows =
      '<x:row r="19"><x:c r="I19"/><x:c s="3"><x:v>1</x:v></x:c></x:row><x:row><x:c r="J20"/><x:c s="2"/></x:row><x:row r="30"/>'
    const sheet = `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>${rows}</x:sheetData></x:worksheet>`
    const made = makeJournal(
      entry,
      settings,
      macroWorkbook({ ...macroWorkbookParts(), [sheetPart]: strToU8(sheet) }),
    )
    const filled =
      '<x:c s="3" r="J19"><x:v>183.05</x:v></x:c></x:row><x:row r="20"><x:c r="J20"/><x:c s="2" r="K20">'
    expect(text(made, sheetPart)).toContain(filled)
    expect(readJournal(made, settings)).toMatchObject({ total: 18_305, debit: 18_305, name: cellsOf.E14 })
  })

  const shared = (dependants: string) =>
    `<row r="19"><c r="J19"><f t="shared" ref="J19:K19" si="0">A1</f></c>${dependants}</row>`
  const without = (part: string) =>
    macroWorkbook(Object.fromEntries(Object.entries(macroWorkbookParts()).filter(([name]) => name !== part)))
  it.each([
    ['has no such sheet', macroWorkbook(), { sheet: 'Journal' }, 'there is no worksheet named "Journal"'],
    [
      'has a formula that others need where an amount goes',
      macroWorkbook(macroWorkbookParts(shared('<c r="K19"><f t="shared" si="0"/></c>'))),
      {},
      'one of the cells to fill holds a formula that other cells share',
    ],
    ['is no zip', strToU8('no workbook'), {}, 'the file is not a workbook'],
    [
      'is some other zip',
      macroWorkbook({ 'a.txt': strToU8('a') }),
      {},
      'its part _rels/.rels is missing or malformed',
    ],
    ['lacks the sheet', without(sheetPart), {}, `its part ${sheetPart} is missing or malformed`],
    [
      'is broken',
      macroWorkbook({ ...macroWorkbookParts(), [sheetPart]: strToU8('<worksheet><sheetData></worksheet>') }),
      {},
      `its part ${sheetPart} is missing or malformed`,
    ],
  ])('says why it cannot use a template that %s', (_, template, other, complaint) => {
    expect(() => makeJournal(entry, { ...settings, ...other }, template)).toThrow(
      expect.objectContaining({ name: 'JournalTemplateError', message: `journal template: ${complaint}` }),
    )
  })

  it('takes a shared formula away where nobody else needs it', () => {
    const made = makeJournal(entry, settings, macroWorkbook(macroWorkbookParts(shared('<c r="K19"/>'))))
    expect(readJournal(made, settings).debit).toBe(18_305)
  })
})

describe('reading a journal back', () => {
  it('gives whole pence and the texts', () => {
    const name = cellsOf.E14
    expect(readJournal(makeJournal(entry, settings, macroWorkbook()), settings)).toEqual({
      total: 18_305,
      debit: 18_305,
      accountingDate: '13-Mar-2024',
      period: undefined,
      name,
      description: name,
    })
  })

  it.each([0, 1, 10, 99, 100, 110, 12_345_678_901, 999_999_999_999])('agrees about %d pence', (total) => {
    expect(readJournal(makeJournal({ ...entry, total }, settings), settings).total).toBe(total)
  })

  it.each([
    ['a formula', '<c r="K20"><f>J19</f><v>183.05</v></c>'],
    ['a text', '<c r="K20" t="inlineStr"><is><t>183.05</t></is></c>'],
    ['a shared text', '<c r="K20" t="s"><v>1</v></c>'],
    ['three decimals', '<c r="K20"><v>183.051</v></c>'],
    ['a negative number', '<c r="K20"><v>-1</v></c>'],
    ['nothing', '<c r="K20"/>'],
    ['the cell twice', '<c r="K20"><v>1</v></c><c r="K20"><v>1</v></c>'],
  ])('takes no amount from %s', (_, cells) => {
    const template = macroWorkbook(macroWorkbookParts(`<row r="20">${cells}</row>`))
    expect(readJournal(template, settings).total).toBeUndefined()
  })
})
