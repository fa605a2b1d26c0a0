import { Injectable } from '@nestjs/common'
import { NotReady, ServiceState } from '#shared/service'
import { describeError, Log } from '#shared/logging'
import { PaymentRunSettings } from '../payment-run.settings.js'
import { readJournal } from './journal-reader.js'
import { accountingDate, journalName, makeJournal } from './journal.js'
import type { JournalSettings } from './journal.settings.js'
import { JournalTemplateError, type TemplateReason } from './workbook-parts.js'

/** Of no run: what is written and read back as the service starts. */
const trial = { total: 123_456_789, stamp: '20240229000500' }

/**
 * The finance workbook, tried out as the service starts. One that cannot take the figures is said in words in the log
 * and in the service's readiness, and no run reserves anything with it.
 */
@Injectable()
export class JournalTemplate {
  /** Why no run can be made with it; undefined if it is good. */
  readonly refusal: TemplateReason | undefined

  constructor({ journal, template }: PaymentRunSettings, state: ServiceState, log: Log) {
    const error = whatIsWrong(journal, template)
    this.refusal = error?.reason
    if (!error) return
    log.refused(error.message, { reason: error.reason })
    state.needs.set('journal-template', () => Promise.reject(new NotReady(error.message)))
  }
}

/** Writes a journal and reads it back. @returns undefined if every figure and text is there again */
export function whatIsWrong(
  settings: JournalSettings,
  template: Uint8Array | undefined,
): JournalTemplateError | undefined {
  try {
    const read = readJournal(makeJournal(trial, settings, template), settings)
    const [date, name] = [accountingDate(trial.stamp), journalName(trial.stamp, settings)]
    const isRead = read.total === trial.total && read.debit === trial.total && read.accountingDate === date
    if (isRead && !read.period && read.name === name && read.description === name) return undefined
    const complaint = 'what is put into its cells cannot be read back: is a cell named twice, or there twice?'
    return new JournalTemplateError(complaint, 'template-figure-lost')
  } catch (error) {
    if (error instanceof JournalTemplateError) return error
    const { name } = describeError(error)
    return new JournalTemplateError(`the file cannot be used (${name})`, 'template-part-malformed')
  }
}
