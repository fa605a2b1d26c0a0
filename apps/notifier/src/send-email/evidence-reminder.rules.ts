import { dayOf, type LocalTime } from '#shared/clock'
import { evidenceReminder, type TemplateName } from '#shared/contracts'
import type { Row } from '#shared/database'
import type { EmailLinks, Letter, NoEmail } from './email.js'

/** What a reminder to send in evidence of a visit is written from. */
export interface EvidenceReminderData {
  readonly reference: string
  /** Which reminder this is; absent where nobody says. */
  readonly kind: string | undefined
  readonly visitor: Pick<Row<'IntSchema.Visitor'>, 'FirstName'> | undefined
  readonly claim: Pick<Row<'IntSchema.Claim'>, 'DateOfJourney'> | undefined
  readonly links: EmailLinks
}

const templates: ReadonlyMap<string | undefined, TemplateName> = new Map([
  [evidenceReminder.first, 'ADVANCE_CLAIM_EVIDENCE_REMINDER_TEMPLATE_ID'],
  [evidenceReminder.second, 'ADVANCE_CLAIM_SECOND_EVIDENCE_REMINDER_TEMPLATE_ID'],
])

/** The email that asks a visitor for evidence of a visit that was paid for in advance. */
export function evidenceReminderLetter(data: EvidenceReminderData): Letter | NoEmail {
  const { reference, kind, visitor, claim, links } = data
  const template = templates.get(kind)
  if (template === undefined) return { reject: 'reminder-kind-unknown' }
  if (claim === undefined) return { reject: 'claim-not-found' }
  if (visitor === undefined) return { reject: 'visitor-not-found' }
  return {
    template,
    personalisation: {
      first_name: visitor.FirstName,
      reference,
      requestInfoUrl: links.requestInfoUrl,
      dateOfJourney: writtenDay(claim.DateOfJourney),
    },
  }
}

const longDate = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** The day of a time as "3 July 2026". */
export const writtenDay = (time: LocalTime): string => longDate.format(new Date(dayOf(time)))
