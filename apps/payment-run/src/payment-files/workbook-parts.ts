import { posix } from 'node:path'
import { DOMParser, onErrorStopParsing, XMLSerializer, type Document, type Element } from '@xmldom/xmldom'
import { unzipSync, zipSync } from 'fflate'
import { OwnError } from '#shared/logging'

/** A workbook's files by their names in its zip. */
export type Parts = Record<string, Uint8Array>

/**
 * The deployment's finance workbook cannot take the figures; the message says why, to whoever looks after it. No try
 * with the same workbook will be any better.
 */
export class JournalTemplateError extends OwnError {
  override readonly name = 'JournalTemplateError'

  /** @param reason its short form, for the run's row and its dead letter */
  constructor(
    complaint: string,
    readonly reason: TemplateReason,
  ) {
    super(`journal template: ${complaint}`)
  }
}

export type TemplateReason =
  | 'template-not-a-workbook'
  | 'template-sheet-missing'
  | 'template-part-malformed'
  | 'template-cell-in-foreign-range'
  | 'template-formula-shared'
  | 'template-figure-lost'

/** The earliest a zip can say, in whatever zone: the zip's times are wall-clock times, and tell nothing. */
const fixedTime = new Date(1980, 0, 1)

/** The same parts in the same order make the same bytes. */
export const packWorkbook = (parts: Parts): Uint8Array => zipSync(parts, { mtime: fixedTime })

/** @throws JournalTemplateError if it is no zip */
export function unpackWorkbook(bytes: Uint8Array): Parts {
  try {
    return unzipSync(bytes)
  } catch {
    throw new JournalTemplateError('the file is not a workbook', 'template-not-a-workbook')
  }
}

/** Where the workbook and one of its sheets are. */
export interface SheetPlace {
  readonly workbook: string
  readonly sheet: string
}

/** @throws JournalTemplateError if there is no such worksheet */
export function findSheet(parts: Parts, name: string): SheetPlace {
  const workbook = related(parts, '').find(({ type }) => type === 'officeDocument')?.target
  if (workbook === undefined)
    throw new JournalTemplateError('the file is not a workbook', 'template-not-a-workbook')
  const entry = elements(readXml(parts, workbook), 'sheet').find(
    (sheet) => sheet.getAttribute('name') === name,
  )
  const id = entry && [...entry.attributes].find(({ localName }) => localName === 'id')?.value
  const relation = related(parts, workbook).find((other) => other.id === id && other.type === 'worksheet')
  if (!relation) {
    throw new JournalTemplateError(`there is no worksheet named "${name}"`, 'template-sheet-missing')
  }
  return { workbook, sheet: relation.target }
}

/** What a sheet refers to: tables, pivot tables and the like. @throws JournalTemplateError if that is malformed */
export const partsOfSheet = (parts: Parts, sheet: string): readonly Relation[] =>
  parts[relationsOf(sheet)] ? related(parts, sheet) : []

export interface Relation {
  readonly id: string | null
  /** The last word of its type. */
  readonly type: string | undefined
  readonly target: string
}

/** What a part refers to; of the package itself, whose name is empty, the main document. */
function related(parts: Parts, part: string): readonly Relation[] {
  const list = elements(readXml(parts, relationsOf(part)), 'Relationship')
  return list.map((relation) => ({
    id: relation.getAttribute('Id'),
    type: relation.getAttribute('Type')?.split('/').at(-1),
    target: targetOf(part, relation),
  }))
}

const relationsOf = (part: string): string =>
  posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`)

const targetOf = (part: string, relation: Element): string =>
  posix.resolve('/', posix.dirname(part), relation.getAttribute('Target') ?? '').slice(1)

/**
 * Takes away the order of calculation, which may not name a cell without a formula. It is a cache: whoever opens the
 * workbook makes it anew.
 */
export function dropCalculationChain(parts: Parts, workbook: string): void {
  const chain = related(parts, workbook).find(({ type }) => type === 'calcChain')?.target
  if (chain === undefined) return
  delete parts[chain]
  const drop = (part: string, tag: string, isIt: (element: Element) => boolean) => {
    const document = readXml(parts, part)
    for (const element of elements(document, tag)) if (isIt(element)) element.parentNode?.removeChild(element)
    parts[part] = writeXml(document)
  }
  drop(relationsOf(workbook), 'Relationship', (relation) => targetOf(workbook, relation) === chain)
  drop('[Content_Types].xml', 'Override', (type) => type.getAttribute('PartName') === `/${chain}`)
}

/** Formulas that look at the journal's cells are calculated when the workbook is opened. All else stays as it is. */
export function calculateOnLoad(parts: Parts, workbook: string): void {
  const text = Buffer.from(parts[workbook] ?? []).toString()
  const changed = text.replace(
    /<((?:\w+:)?calcPr)\b([^>]*?)(\/?)>/,
    (_, tag: string, attributes: string, end) => {
      const others = attributes.replace(/\s+fullCalcOnLoad\s*=\s*("[^"]*"|'[^']*')/, '').trimEnd()
      return `<${tag}${others} fullCalcOnLoad="1"${end}>`
    },
  )
  parts[workbook] = Buffer.from(changed)
}

/** @throws JournalTemplateError if there is no such part, or it is malformed */
export function readXml(parts: Parts, part: string): Document {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(parts[part])
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, 'text/xml')
  } catch {
    throw new JournalTemplateError(`its part ${part} is missing or malformed`, 'template-part-malformed')
  }
}

/** A carriage return that is left came from a reference: as it is, it would be read as a line feed. */
export const writeXml = (document: Document): Uint8Array =>
  Buffer.from(new XMLSerializer().serializeToString(document).replaceAll('\r', '&#13;'))

/** The elements of this name, in the order they come in, whatever their prefix. */
export const elements = (within: Document | Element, tag: string): readonly Element[] => [
  ...within.getElementsByTagNameNS('*', tag),
]
