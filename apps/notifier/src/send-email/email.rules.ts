import { messages, subjects, type Message, type Subject, type TemplateName } from '#shared/contracts'
import type { Row } from '#shared/database'
import { dataParts } from '../data-parts.js'
import { acceptedClaimLetter, type AcceptedClaim } from './accepted-claim.rules.js'
import type { Email, EmailLinks, Letter, NoEmail } from './email.js'
import { evidenceReminderLetter } from './evidence-reminder.rules.js'

/** The subjects that ask for an email about a claim. */
export type EmailSubject = Exclude<
  Extract<Subject, `notifications.${string}`>,
  typeof subjects.notifyReferenceRecovery | typeof subjects.notificationRequested
>

/** What every email is written from. */
export interface Request {
  readonly reference: string
  /** The Task row's data, trimmed; empty where there is none. */
  readonly data: string
  readonly links: EmailLinks
  /** To the visitor's own address of today, whatever the task names. */
  readonly toVisitor?: boolean
}

export interface ForVisitor extends Request {
  readonly visitor: Pick<Row<'IntSchema.Visitor'>, 'FirstName' | 'Town' | 'EmailAddress'> | undefined
}

export interface ForJourney extends ForVisitor {
  readonly claim: Pick<Row<'IntSchema.Claim'>, 'DateOfJourney'> | undefined
}

export type ForAcceptedClaim = ForVisitor & AcceptedClaim

type Compose<From> = (from: From) => Email | NoEmail

/** How an email is made: `reads` names the rows to fetch, `compose` turns them into the email. */
export type EmailDefinition = (
  | { readonly reads: 'nothing'; readonly compose: Compose<Request> }
  | { readonly reads: 'visitor'; readonly compose: Compose<ForVisitor> }
  | { readonly reads: 'journey'; readonly compose: Compose<ForJourney> }
  | { readonly reads: 'accepted-claim'; readonly compose: Compose<ForAcceptedClaim> }
) & {
  /** The claim counts as reminded once the email is sent. */
  readonly marksReminder?: true
}

/** Every email about a claim, by the subject that asks for it. One more email is one more row. */
export const emails: Readonly<Record<EmailSubject, EmailDefinition>> = {
  [subjects.notifyClaimSubmitted]: standard(messages.notifyClaimSubmitted),
  [subjects.notifyClaimRejected]: standard(messages.notifyClaimRejected),
  [subjects.notifyInformationRequested]: standard(messages.notifyInformationRequested),
  [subjects.notifyBenefitCheckFailed]: standard(messages.notifyBenefitCheckFailed),
  [subjects.notifyInformationReceived]: standard(messages.notifyInformationReceived),
  [subjects.notifyInformationReminder]: {
    ...standard(messages.notifyInformationReminder),
    marksReminder: true,
  },
  [subjects.notifyContactDetailsUpdated]: standard(messages.notifyContactDetailsUpdated, 'technicalHelpUrl'),
  [subjects.notifyEvidenceReminder]: { reads: 'journey', compose: evidenceReminder },
  [subjects.notifyMalwareFound]: { reads: 'nothing', compose: malwareAlert },
  [subjects.notifyClaimAccepted]: {
    reads: 'accepted-claim',
    compose: (from) => addressed(acceptedClaimLetter(from), from.toVisitor ? '' : from.data, from.visitor),
  },
}

/** The messages that ask for these. */
export const emailMessages = Object.values(messages).filter((message) =>
  Object.hasOwn(emails, message.subject),
) as [Message, ...Message[]]

/** An email with the standard personalisation: the visitor's first name, the reference, where to go from here. */
function standard(
  { templates: [template] }: { readonly templates: readonly [TemplateName] },
  link: keyof EmailLinks = 'requestInfoUrl',
): EmailDefinition {
  return {
    reads: 'visitor',
    compose({ reference, data, links, visitor, toVisitor }) {
      if (visitor === undefined) return { reject: 'visitor-not-found' }
      const personalisation = { first_name: visitor.FirstName, reference, [link]: links[link] }
      return addressed({ template, personalisation }, toVisitor ? '' : data, visitor)
    },
  }
}

function evidenceReminder(from: ForJourney): Email | NoEmail {
  const [address = '', kind] = dataParts(from.data, 2) ?? []
  const letter = evidenceReminderLetter({ ...from, kind: kind?.trim() })
  return addressed(letter, from.toVisitor ? '' : address, from.visitor)
}

/** For the operations mailbox alone: what was found in a visitor's file is nothing to send to the visitor. */
function malwareAlert({ reference, data }: Request): Email | NoEmail {
  return addressed({ template: 'MALWARE_UPLOAD_EMAIL_TEMPLATE_ID', personalisation: { reference } }, data)
}

/** To the address the task names, or else to the visitor's own. */
function addressed(
  letter: Letter | NoEmail,
  named: string,
  visitor?: { readonly EmailAddress: string },
): Email | NoEmail {
  if ('reject' in letter) return letter
  const address = named.trim() || visitor?.EmailAddress.trim()
  return address ? { ...letter, address } : { reject: 'email-address-missing' }
}
