import { z } from 'zod'
import { readSettings, wholeNumber, type Environment, type SettingsGroup } from '#shared/config'
import { archiveSettingsGroup } from '#shared/database'
import { documentsSettingsGroup } from '#shared/documents'

const schema = z.object({
  APVS_NUMBER_OF_DAYS_AFTER_DATE_OF_JOURNEY_FOR_ADVANCE_REMINDER: wholeNumber(1, {
    words: 'the first reminder of evidence',
  }),
  APVS_NUMBER_OF_DAYS_AFTER_DATE_OF_JOURNEY_FOR_SECOND_ADVANCE_REMINDER: wholeNumber(7, {
    words: 'the second',
  }),
  APVS_NUMBER_OF_DAYS_PENDING_FOR_FINAL_REMINDER: wholeNumber(35, { words: 'reminder of information' }),
  APVS_NUMBER_OF_DAYS_AFTER_FINAL_REMINDER_FOR_REJECTION: wholeNumber(7, { words: 'rejection after it' }),
  APVS_MARK_AS_OVERPAYMENT_DAYS: wholeNumber(10, { words: 'after the journey of an advance claim' }),
  APVS_EXTERNAL_MAX_DAYS_BEFORE_DELETE_OLD_DATA: wholeNumber(30, {
    words: 'abandoned external data older than this, to the second, counted from when the job starts',
  }),
  APVS_ARCHIVE_CLAIMS_AFTER_DAYS: wholeNumber(365, {
    words: 'claims reviewed longer ago than this, to the second, counted from when the job starts',
  }),
})

export const settings: readonly SettingsGroup[] = [{ schema }, archiveSettingsGroup, documentsSettingsGroup]

/** Whole days, all of them. Domain: `settings.md`, `daily-and-payments.md`. */
export class DailyTasksSettings {
  readonly firstEvidenceReminder: number
  readonly secondEvidenceReminder: number
  readonly informationReminder: number
  readonly rejection: number
  readonly overpayment: number
  readonly externalData: number
  readonly archiving: number

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.firstEvidenceReminder = settings.APVS_NUMBER_OF_DAYS_AFTER_DATE_OF_JOURNEY_FOR_ADVANCE_REMINDER
    this.secondEvidenceReminder =
      settings.APVS_NUMBER_OF_DAYS_AFTER_DATE_OF_JOURNEY_FOR_SECOND_ADVANCE_REMINDER
    this.informationReminder = settings.APVS_NUMBER_OF_DAYS_PENDING_FOR_FINAL_REMINDER
    this.rejection = settings.APVS_NUMBER_OF_DAYS_AFTER_FINAL_REMINDER_FOR_REJECTION
    this.overpayment = settings.APVS_MARK_AS_OVERPAYMENT_DAYS
    this.externalData = settings.APVS_EXTERNAL_MAX_DAYS_BEFORE_DELETE_OLD_DATA
    this.archiving = settings.APVS_ARCHIVE_CLAIMS_AFTER_DAYS
  }
}
