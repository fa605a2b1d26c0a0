import type { Document, Element } from '@xmldom/xmldom'
import { areaOf, covers, isWithin, type Area } from './areas.rules.js'
import { elements, JournalTemplateError, partsOfSheet, readXml, type Parts } from './workbook-parts.js'

/** Cells whose content comes from elsewhere: the program that opens the workbook puts it there. */
interface ForeignRange {
  readonly area: Area
  /** What it is, and where. */
  readonly words: string
}

/**
 * Refuses a sheet on which one of the cells to fill lies in a range that belongs to something else: what is written
 * there stands in the file, reads back right, and is replaced or hidden by whatever opens it.
 * @throws JournalTemplateError naming the cell and the range
 */
export function refuseForeignRanges(
  parts: Parts,
  place: { readonly sheet: string; readonly document: Document },
  cells: readonly string[],
): void {
  const ranges = [
    ...formulaRanges(place.document),
    ...mergedRanges(place.document),
    ...partsOfSheet(parts, place.sheet).flatMap(({ type, target }) => rangesOf(parts, type, target)),
  ]
  for (const cell of cells) {
    const range = ranges.find(({ area }) => covers(area, cell))
    if (!range) continue
    throw new JournalTemplateError(`${cell} ${range.words}`, 'template-cell-in-foreign-range')
  }
}

const formulaWords: Readonly<Record<string, string>> = {
  array: 'an array formula',
  shared: 'a shared formula',
  dataTable: 'a data table',
}

/**
 * A formula of one cell alone may go: it is the cell's own. One that fills others too may not, whichever of them is to
 * be filled; but for a shared one, of which each cell has its own part.
 */
function formulaRanges(sheet: Document): ForeignRange[] {
  return elements(sheet, 'f').flatMap((formula) => {
    const reference = formula.getAttribute('ref')
    if (reference === null) return []
    const type = formula.getAttribute('t') ?? 'normal'
    const owner = (formula.parentNode as Element | null)?.getAttribute('r') ?? ''
    const area = areaOf(reference)
    if (isWithin(area, owner)) return []
    const words = `lies in ${reference}, which ${formulaWords[type] ?? 'a formula'} of ${owner || 'a cell'} fills`
    return [{ area: type === 'shared' ? { ...area, except: owner } : area, words }]
  })
}

/** Only the first cell of a merged range is seen. */
const mergedRanges = (sheet: Document): ForeignRange[] =>
  elements(sheet, 'mergeCell').map((merged) => {
    const reference = merged.getAttribute('ref') ?? ''
    const area = areaOf(reference)
    const words = `lies in ${reference}, a merged range that shows its first cell alone`
    return { area: { ...area, except: area.first }, words }
  })

function rangesOf(parts: Parts, type: string | undefined, part: string): ForeignRange[] {
  if (type === 'table') return tableRanges(readXml(parts, part))
  if (type !== 'pivotTable') return []
  return elements(readXml(parts, part), 'location').map((location) => {
    const reference = location.getAttribute('ref') ?? ''
    return { area: areaOf(reference), words: `lies in ${reference}, which a pivot table fills` }
  })
}

/** Of a table: its headings, its totals, its calculated columns, and all of one that comes from a query. */
function tableRanges(document: Document): ForeignRange[] {
  const [table] = elements(document, 'table')
  if (!table) return []
  const reference = table.getAttribute('ref') ?? ''
  const area = areaOf(reference)
  const words = `lies in ${reference}, in cells that a table fills`
  if (table.getAttribute('tableType') === 'queryTable') return [{ area, words }]
  const [headings, totals] = [rowsOf(table, 'headerRowCount', 1), rowsOf(table, 'totalsRowCount', 0)]
  const [top, bottom] = [area.top + headings, area.bottom - totals]
  const calculated = elements(table, 'tableColumn').flatMap((column, place) => {
    if (elements(column, 'calculatedColumnFormula').length === 0) return []
    const left = area.left + place
    return [{ area: { ...area, left, right: left, top, bottom }, words }]
  })
  return [
    ...(headings ? [{ area: { ...area, bottom: top - 1 }, words }] : []),
    ...(totals ? [{ area: { ...area, top: bottom + 1 }, words }] : []),
    ...calculated,
  ]
}

const rowsOf = (table: Element, name: string, otherwise: number): number =>
  Number(table.getAttribute(name) ?? otherwise)
