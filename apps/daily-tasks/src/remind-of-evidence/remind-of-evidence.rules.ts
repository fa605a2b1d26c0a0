import { addDays, type LocalDay } from '#shared/clock'
import { evidenceReminder, type EvidenceReminder } from '#shared/contracts'

/** A reminder, and the day of the journeys it is about: from its midnight up to the next one. */
export interface DueReminder {
  readonly kind: EvidenceReminder
  readonly from: LocalDay
  readonly before: LocalDay
}

/** The reminders that are due on a day, so many days after the journey; with equal numbers a claim gets both. */
export const remindersDue = (
  on: LocalDay,
  daysAfterJourney: { readonly first: number; readonly second: number },
): readonly DueReminder[] =>
  (['first', 'second'] as const).map((which) => {
    const from = addDays(on, -daysAfterJourney[which])
    return { kind: evidenceReminder[which], from, before: addDays(from, 1) }
  })
