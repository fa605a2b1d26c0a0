/**
 * The templates of these emails, each by the part of its setting's name that follows `APVS_NOTIFY_`;
 * the settings hold the ids.
 */
export const templateNames = [
  'SUBMIT_CLAIM_EMAIL_TEMPLATE_ID',
  'REJECTED_CLAIM_EMAIL_TEMPLATE_ID',
  'REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID',
  'REQUEST_INFORMATION_REMINDER_EMAIL_TEMPLATE_ID',
  'REQUEST_INFORMATION_RESPONSE_SUBMITTED_EMAIL_TEMPLATE_ID',
  'UPDATE_CONTACT_DETAILS_EMAIL_TEMPLATE_ID',
  'ADVANCE_CLAIM_EVIDENCE_REMINDER_TEMPLATE_ID',
  'ADVANCE_CLAIM_SECOND_EVIDENCE_REMINDER_TEMPLATE_ID',
  'MALWARE_UPLOAD_EMAIL_TEMPLATE_ID',
  'SEND_REFERENCE_RECOVERY_EMAIL_TEMPLATE_ID',
  'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID',
  'ACCEPTED_CLAIM_ADVANCE_BANK_EMAIL_TEMPLATE_ID',
  'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID',
  'ACCEPTED_CLAIM_ADVANCE_PAYOUT_EMAIL_TEMPLATE_ID',
  'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID',
] as const

export type TemplateName = (typeof templateNames)[number]

/** What fills the gaps of a template. Personal data: never log it. */
export type Personalisation = Readonly<Record<string, string>>

/** What an email says. */
export interface Letter {
  readonly template: TemplateName
  readonly personalisation: Personalisation
}

/** An email that can be sent, but for its reference. */
export interface Email extends Letter {
  readonly address: string
}

export type EmailRejection =
  | 'email-address-missing'
  | 'visitor-not-found'
  | 'claim-not-found'
  | 'reminder-kind-unknown'
  | 'recovery-data-malformed'
  | 'payment-method-missing'
  | 'payment-method-unknown'
  | 'expense-type-unknown'
  | 'deduction-type-unknown'

/** There is no such email, and trying again would not change that: a permanent failure. */
export interface NoEmail {
  readonly reject: EmailRejection
}

/** The addresses of the external web app that emails point to. */
export interface EmailLinks {
  /** Service URL and already-registered path. */
  readonly requestInfoUrl: string
  /** Service URL and technical-help path. */
  readonly technicalHelpUrl: string
}
