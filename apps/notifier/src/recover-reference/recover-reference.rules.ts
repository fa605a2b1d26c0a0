import type { Row } from '#shared/database'
import { dataParts } from '../data-parts.js'
import type { Email, EmailLinks, NoEmail } from '../send-email/email.js'

/** Who has forgotten a reference, and whom they visit. Personal data. */
export interface Claimant {
  readonly emailAddress: string
  readonly prisonNumber: string
}

/** The claimant a Task row's data names: email~~prison number. */
export function claimantIn(data: string | null): Claimant | NoEmail {
  const [emailAddress = '', prisonNumber = ''] = (dataParts(data ?? '', 2) ?? []).map((text) => text.trim())
  return emailAddress && prisonNumber ? { emailAddress, prisonNumber } : { reject: 'recovery-data-malformed' }
}

/** The email that tells visitors the reference they asked for. */
export function recoveryEmail(
  { emailAddress }: Claimant,
  found: Pick<Row<'IntSchema.Visitor'>, 'Reference' | 'FirstName'>,
  { requestInfoUrl }: EmailLinks,
): Email {
  return {
    template: 'SEND_REFERENCE_RECOVERY_EMAIL_TEMPLATE_ID',
    // This template names things in its own way.
    personalisation: {
      reference: found.Reference,
      firstname: found.FirstName,
      registeredUrl: requestInfoUrl,
    },
    address: emailAddress,
  }
}
