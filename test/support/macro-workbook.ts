import { strToU8, zipSync } from 'fflate'
import { seededRandom } from '../../testing/simulators/misbehaviour.js'

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
const relationsOf = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const spreadsheet = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const random = seededRandom(4)
/** Where a real workbook keeps its macros. */
export const vbaProject = Uint8Array.from({ length: 40_000 }, () => Math.floor(random() * 256))

/** Rows as Excel would have left them: own cells that are there, that are not, and one in a row of its own style. */
export const journalRows =
  '<row r="1" spans="1:11"><c r="A1" s="1" t="s"><v>0</v></c></row>' +
  '<row r="12" spans="4:6"><c r="D12" t="s"><v>1</v></c><c r="F12" t="b"><v>1</v></c></row>' +
  '<row r="13"><c r="E13" s="2" t="s"><v>1</v></c></row>' +
  '<row r="15" s="1" customFormat="1" ht="30" customHeight="1"><c r="A15" t="str"><f>"a&#13;&amp;"&amp;B15</f><v>a&#13;&amp;</v></c></row>' +
  '<row r="19"><c r="J19" s="3"><f>K20</f><v>1</v></c><c r="K19"><f>J19*2</f><v>2</v></c></row>' +
  '<row r="20"><c r="K20" s="3"><v>1</v><extLst/></c><c r="M20" s="2"><v>7</v></c></row>'

const sheet = (rows: string) =>
  `<worksheet xmlns="${spreadsheet}" xmlns:r="${relationsOf}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">` +
  '<sheetPr codeName="Sheet2"/><dimension ref="A1:M20"/><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>' +
  '<cols><col min="4" max="5" width="20" style="2" customWidth="1"/></cols>' +
  `<sheetData>${rows}</sheetData><mergeCells count="1"><mergeCell ref="A1:C2"/></mergeCells>` +
  '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'

const override = (part: string, type: string) => `<Override PartName="/${part}" ContentType="${type}"/>`
const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`
const relations = (list: readonly string[]) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.join('')}</Relationships>`

const contentTypes =
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
  '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>' +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  override('xl/workbook.xml', 'application/vnd.ms-excel.sheet.macroEnabled.main+xml') +
  override('xl/worksheets/sheet1.xml', `${sheetType}.worksheet+xml`) +
  override('xl/worksheets/sheet7.xml', `${sheetType}.worksheet+xml`) +
  override('xl/styles.xml', `${sheetType}.styles+xml`) +
  override('xl/sharedStrings.xml', `${sheetType}.sharedStrings+xml`) +
  override('xl/calcChain.xml', `${sheetType}.calcChain+xml`) +
  '</Types>'

const styles =
  `<styleSheet xmlns="${spreadsheet}"><numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;£&quot;#,##0.00"/></numFmts>` +
  '<fonts count="2"><font><sz val="11"/><name val="Arial"/></font><font><b/><sz val="14"/><name val="Arial"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill></fills>' +
  '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>' +
  '<cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf fillId="2" applyFill="1"/>' +
  '<xf numFmtId="164" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>'

const strings = ['Journal', 'JAN-20'].map((text) => `<si><t>${text}</t></si>`).join('')

/** The parts of a finance workbook with macros: its sheet `WebADI` is the second, and not where its number would be. */
export function macroWorkbookParts(rows = journalRows): Record<string, Uint8Array> {
  const texts: Record<string, string> = {
    '[Content_Types].xml': contentTypes,
    '_rels/.rels': relations([relation('rId1', `${relationsOf}/officeDocument`, 'xl/workbook.xml')]),
    'xl/workbook.xml':
      `<workbook xmlns="${spreadsheet}" xmlns:r="${relationsOf}"><workbookPr codeName="ThisWorkbook"/>` +
      '<sheets><sheet name="Notes &amp; more" sheetId="3" r:id="rId7"/><sheet name="WebADI" sheetId="1" r:id="rId2"/></sheets>' +
      '<calcPr calcId="191029"/></workbook>',
    'xl/_rels/workbook.xml.rels': relations([
      relation('rId2', `${relationsOf}/worksheet`, '/xl/worksheets/sheet7.xml'),
      relation('rId7', `${relationsOf}/worksheet`, 'worksheets/sheet1.xml'),
      relation('rId3', `${relationsOf}/styles`, 'styles.xml'),
      relation('rId4', `${relationsOf}/sharedStrings`, 'sharedStrings.xml'),
      relation('rId5', `${relationsOf}/calcChain`, 'calcChain.xml'),
      relation('rId6', 'http://schemas.microsoft.com/office/2006/relationships/vbaProject', 'vbaProject.bin'),
    ]),
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${spreadsheet}"><sheetData><row r="1"><c r="A1"><f>WebADI!K20*2</f><v>2</v></c></row></sheetData></worksheet>`,
    'xl/worksheets/sheet7.xml': sheet(rows),
    'xl/styles.xml': styles,
    'xl/sharedStrings.xml': `<sst xmlns="${spreadsheet}" count="3" uniqueCount="2">${strings}</sst>`,
    'xl/calcChain.xml': `<calcChain xmlns="${spreadsheet}"><c r="A1" i="3"/><c r="J19" i="1"/><c r="K19"/><c r="A15"/></calcChain>`,
  }
  const encoded = Object.entries(texts).map(([name, xml]) => [name, strToU8(declaration + xml)] as const)
  return { ...Object.fromEntries(encoded), 'xl/vbaProject.bin': vbaProject }
}

/** A finance workbook with macros, as bytes of a `.xlsm`. */
export const macroWorkbook = (parts = macroWorkbookParts()): Uint8Array => zipSync(parts)
