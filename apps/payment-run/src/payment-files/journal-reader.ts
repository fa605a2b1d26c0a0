import type { Document } from '@xmldom/xmldom'
import type { JournalSettings } from './journal.settings.js'
import { elements, findSheet, readXml, unpackWorkbook } from './workbook-parts.js'

/** What stands in the cells of a journal. A cell that is empty, missing or there twice is undefined. */
export interface JournalCells {
  /** Whole pence; undefined if it is not a number of pounds. */
  readonly total: number | undefined
  /** Whole pence; undefined if it is not a number of pounds. */
  readonly debit: number | undefined
  readonly accountingDate: string | undefined
  readonly period: string | undefined
  readonly name: string | undefined
  readonly description: string | undefined
}

/** Reads a journal back from its bytes, by other means than those that wrote it. */
export function readJournal(bytes: Uint8Array, settings: JournalSettings): JournalCells {
  const parts = unpackWorkbook(bytes)
  const sheet = readXml(parts, findSheet(parts, settings.sheet).sheet)
  const at = (name: string) => read(sheet, name)
  return {
    total: inPence(at(settings.totalCell)),
    debit: inPence(at(settings.debitCell)),
    accountingDate: at(settings.accountingDateCell)?.text,
    period: at(settings.periodCell)?.text,
    name: at(settings.nameCell)?.text,
    description: at(settings.descriptionCell)?.text,
  }
}

interface Content {
  /** As the sheet spells it; empty for a number. */
  readonly type: string
  readonly text: string
}

function read(sheet: Document, name: string): Content | undefined {
  const [cell, another] = elements(sheet, 'c').filter((c) => c.getAttribute('r') === name)
  if (!cell || another || elements(cell, 'f').length > 0) return undefined
  const type = cell.getAttribute('t') ?? ''
  const [content] = elements(cell, type === 'inlineStr' ? 't' : 'v')
  return content && { type, text: content.textContent ?? '' }
}

/** From the digits as they are written, so that nothing is rounded. */
function inPence(content: Content | undefined): number | undefined {
  const [, whole = '', decimals = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(content?.text ?? '') ?? []
  return content?.type === '' && whole ? Number(whole + decimals.padEnd(2, '0')) : undefined
}
