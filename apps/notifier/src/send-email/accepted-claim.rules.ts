import type { TemplateName } from '#shared/contracts'
import type { Row } from '#shared/database'
import {
  approvedAmount,
  claimDetails,
  inOrder,
  type ClaimItems,
  type DeductionRow,
  type ExpenseRow,
} from './claim-details.rules.js'
import type { Letter, NoEmail, Personalisation } from './email.js'

/** What the email about an accepted claim is written from. Rows in any order, disabled ones included. */
export interface AcceptedClaim {
  readonly claim: Pick<Row<'IntSchema.Claim'>, 'PaymentMethod' | 'IsAdvanceClaim' | 'Note'> | undefined
  /** The prison as it is shown; absent if there is no prisoner, or the register does not know it. */
  readonly prison: string | undefined
  readonly accountNumber: string | null | undefined
  readonly expenses: readonly ExpenseRow[]
  readonly deductions: readonly DeductionRow[]
}

export interface AcceptedClaimData extends AcceptedClaim {
  readonly reference: string
  readonly visitor: Pick<Row<'IntSchema.Visitor'>, 'FirstName' | 'Town'> | undefined
}

interface Templates {
  readonly paid: TemplateName
  readonly advance: TemplateName
}

const bankTemplates: Templates = {
  paid: 'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID',
  advance: 'ACCEPTED_CLAIM_ADVANCE_BANK_EMAIL_TEMPLATE_ID',
}
const payoutTemplates: Templates = {
  paid: 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID',
  advance: 'ACCEPTED_CLAIM_ADVANCE_PAYOUT_EMAIL_TEMPLATE_ID',
}

/** The email that tells a visitor that the claim is accepted, by the way it is paid. */
export function acceptedClaimLetter(data: AcceptedClaimData): Letter | NoEmail {
  const { reference, visitor, claim } = data
  if (claim === undefined) return { reject: 'claim-not-found' }
  if (visitor === undefined) return { reject: 'visitor-not-found' }
  const common = {
    first_name: visitor.FirstName,
    reference,
    start_town: visitor.Town,
    prison: data.prison ?? '',
    caseworker_note: caseworkerNote(claim.Note),
  }
  const items = inOrder(data.expenses, data.deductions)
  const advance = claim.IsAdvanceClaim === true
  switch (claim.PaymentMethod?.trim().toLowerCase() ?? '') {
    case 'bank':
      return paid(bankTemplates, advance, { ...common, ...lastDigits(data.accountNumber) }, items)
    case 'payout':
      return paid(payoutTemplates, advance, common, items)
    case 'manual':
      return { template: 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', personalisation: common }
    case '':
      return { reject: 'payment-method-missing' }
    default:
      return { reject: 'payment-method-unknown' }
  }
}

/** An advance claim has its costs still to come, so only the others list them. */
function paid(
  templates: Templates,
  advance: boolean,
  personalisation: Personalisation,
  items: ClaimItems,
): Letter | NoEmail {
  if (advance) return { template: templates.advance, personalisation }
  const details = claimDetails(items)
  if (typeof details !== 'string') return details
  return {
    template: templates.paid,
    personalisation: { ...personalisation, claim_details: details, approved_amount: approvedAmount(items) },
  }
}

/** Empty without an account number: the visitor is told of the acceptance all the same. */
const lastDigits = (accountNumber: string | null | undefined): Personalisation => ({
  account_last_four_digits: accountNumber?.trim().slice(-4) ?? '',
})

const crlf = '\r\n'

const caseworkerNote = (note: string | null): string =>
  note ? [crlf, 'Note from case worker:', `"${note}"`, crlf].join(crlf) : ''
