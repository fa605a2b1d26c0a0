import { subjects, type Subject } from '#shared/contracts'
import type { Row } from '#shared/database'
import { composeAcceptedClaim, type AcceptedClaimData } from './accepted-claim.rules.js'
import type { Email, EmailLinks, NoEmail, TemplateName } from './email.js'

/** The subjects that ask for an email. */
export type EmailSubject = Extract<Subject, `notifications.${string}`>

/** What a standard email is written from. */
export interface StandardData {
  readonly reference: string
  readonly visitor: Pick<Row<'IntSchema.Visitor'>, 'FirstName'> | undefined
}

/** How an email is made: `reads` names the data to fetch, `compose` turns it into the email. */
export type EmailDefinition =
  | {
      readonly reads: 'visitor'
      readonly compose: (data: StandardData, links: EmailLinks) => Email | NoEmail
    }
  | { readonly reads: 'accepted-claim'; readonly compose: (data: AcceptedClaimData) => Email | NoEmail }

/** Every email, by the subject that asks for it. One more email is one more row. */
export const emails: Readonly<Record<EmailSubject, EmailDefinition>> = {
  [subjects.notifyClaimSubmitted]: standard('SUBMIT_CLAIM_EMAIL_TEMPLATE_ID'),
  [subjects.notifyBenefitCheckFailed]: standard('REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'),
  [subjects.notifyClaimAccepted]: { reads: 'accepted-claim', compose: composeAcceptedClaim },
}

/** An email with the standard personalisation: the visitor's first name, the reference, where to log in. */
function standard(template: TemplateName): EmailDefinition {
  return {
    reads: 'visitor',
    compose: ({ reference, visitor }, { requestInfoUrl }) =>
      visitor === undefined
        ? { reject: 'visitor-not-found' }
        : { template, personalisation: { first_name: visitor.FirstName, reference, requestInfoUrl } },
  }
}
