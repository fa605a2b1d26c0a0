import type { TemplateName } from '#shared/contracts'

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
