import type { Document, Element } from '@xmldom/xmldom'
import { columnNumber } from './areas.rules.js'
import { elements, JournalTemplateError } from './workbook-parts.js'
import { OwnError } from '#shared/logging'

/** What goes into a cell; undefined empties it. */
export type CellValue = number | string | undefined

/**
 * Puts values into cells of a sheet, by their names. A cell keeps its style, a new one has its row's or column's.
 * @returns whether a formula had to go
 * @throws JournalTemplateError if other cells depend on a formula that had to go
 */
export function setCells(sheet: Document, values: readonly (readonly [string, CellValue])[]): boolean {
  const formulas = elements(sheet, 'f').length
  for (const [name, value] of values) fill(cellAt(sheet, name), value)
  refuseOrphans(sheet)
  return elements(sheet, 'f').length < formulas
}

function cellAt(sheet: Document, name: string): Element {
  const data = elements(sheet, 'sheetData')[0]
  if (!data) throw new JournalTemplateError('its sheet has no place for cells', 'template-part-malformed')
  const row = childAt(data, 'row', name.replace(/^[A-Z]+/, ''), Number)
  const cell = childAt(row.element, 'c', name, columnNumber)
  if (cell.isNew) {
    const style = rowStyle(row.element) ?? columnStyle(sheet, columnNumber(name))
    if (style) cell.element.setAttribute('s', style)
    // Both only say how far the cells go, for speed, and now it may be further.
    row.element.removeAttribute('spans')
    for (const dimension of elements(sheet, 'dimension')) dimension.parentNode?.removeChild(dimension)
  }
  return cell.element
}

/** The row or cell of this name, put in its place if it is not there. One without a name follows the one before. */
function childAt(parent: Element, tag: string, name: string, placeOf: (name: string) => number) {
  const wanted = placeOf(name)
  let place = 0
  let next: Element | null = null
  for (const child of children(parent, tag)) {
    place = child.hasAttribute('r') ? placeOf(child.getAttribute('r') ?? '') : place + 1
    if (place < wanted) continue
    if (place > wanted) next = child
    else {
      child.setAttribute('r', name)
      return { element: child, isNew: false }
    }
    break
  }
  const element = append(parent, tag, next)
  element.setAttribute('r', name)
  return { element, isNew: true }
}

function fill(cell: Element, value: CellValue): void {
  while (cell.firstChild) cell.removeChild(cell.firstChild)
  for (const ofOldValue of ['t', 'cm', 'vm']) cell.removeAttribute(ofOldValue)
  if (value === undefined) return
  if (typeof value === 'number') {
    append(cell, 'v').textContent = String(value)
    return
  }
  cell.setAttribute('t', 'inlineStr')
  const text = append(append(cell, 'is'), 't')
  text.textContent = value
  text.setAttributeNS('http://www.w3.org/XML/1998/namespace', 'xml:space', 'preserve')
}

/** A shared formula stands in one cell only; the others refer to it. */
function refuseOrphans(sheet: Document): void {
  const shared = elements(sheet, 'f').filter((formula) => formula.getAttribute('t') === 'shared')
  const groups = new Set(shared.filter((f) => f.hasAttribute('ref')).map((f) => f.getAttribute('si')))
  if (shared.every((formula) => groups.has(formula.getAttribute('si')))) return
  throw new JournalTemplateError(
    'one of the cells to fill holds a formula that other cells share',
    'template-formula-shared',
  )
}

const rowStyle = (row: Element): string | null =>
  isTrue(row.getAttribute('customFormat')) ? row.getAttribute('s') : null

function columnStyle(sheet: Document, column: number): string | null {
  const covers = (col: Element) =>
    Number(col.getAttribute('min')) <= column && column <= Number(col.getAttribute('max'))
  return elements(sheet, 'col').find(covers)?.getAttribute('style') ?? null
}

const isTrue = (value: string | null): boolean => value === '1' || value === 'true'

const children = (parent: Element, tag: string): readonly Element[] =>
  elements(parent, tag).filter(({ parentNode }) => parentNode === parent)

function append(parent: Element, tag: string, before: Element | null = null): Element {
  const name = parent.prefix ? `${parent.prefix}:${tag}` : tag
  const element = parent.ownerDocument?.createElementNS(parent.namespaceURI, name)
  if (!element) throw new OwnError('an element of no document')
  parent.insertBefore(element, before)
  return element
}
