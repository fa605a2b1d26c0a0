import { paymentFileName, type PaymentFileType } from '#shared/contracts'
import type { Payment, PaymentFile, PaymentFiles } from '../payment.js'
import { bankFile, inOrder, unitFile } from './bank-file.rules.js'
import type { JournalSettings } from './journal.settings.js'
import { makeJournal } from './journal.js'

/** What names a run's files and dates its journal. */
export interface PaymentFilesRun {
  /** `YYYYMMDDHHmmss`, London time of the run. */
  readonly stamp: string
}

/**
 * The three files of a run. The same payments in any order, stamp, settings and template make the same bytes.
 * @param template the finance workbook; without one a plain workbook is made
 * @throws RangeError at an amount that does not fit the bank file
 * @throws JournalTemplateError if the template cannot take the figures
 */
export function makeFiles(
  payments: readonly Payment[],
  run: PaymentFilesRun,
  journal: JournalSettings,
  template?: Uint8Array,
): PaymentFiles {
  const ordered = inOrder(payments)
  const total = ordered.reduce((sum, { amount }) => sum + amount, 0)
  const { stamp } = run
  const file = (type: PaymentFileType, bytes: Uint8Array): PaymentFile => ({
    ...{ type, path: paymentFileName(type, stamp), bytes },
  })
  return {
    bank: file('ACCESSPAY_FILE', encode(bankFile(ordered))),
    unit: file('APVU_ACCESSPAY_FILE', encode(unitFile(ordered))),
    journal: file('ADI_JOURNAL_FILE', makeJournal({ total, stamp }, journal, template)),
  }
}

/** In pieces: the text of a large file is never there as a whole. */
function encode(lines: Iterable<string>): Uint8Array {
  const pieces: Uint8Array[] = []
  let text = ''
  for (const line of lines) {
    text += line
    if (text.length < pieceLength) continue
    pieces.push(Buffer.from(text))
    text = ''
  }
  return Buffer.concat([...pieces, Buffer.from(text)])
}

const pieceLength = 65_536
