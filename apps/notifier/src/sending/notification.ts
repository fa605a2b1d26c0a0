import type { Channel } from '#shared/contracts'

/** What fills the gaps of a template: a list becomes bullet points, true and false choose what is said. Personal data. */
export type Personalisation = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** One email or text message to one recipient, as Notify takes it, but for its reference. Personal data: never log it. */
export interface Notification {
  readonly channel: Channel
  /** Of the template at Notify. */
  readonly templateId: string
  /** What the template is called here: a setting's name, or a key of the file of templates. */
  readonly template: string
  /** An email address or a phone number. */
  readonly to: string
  readonly personalisation: Personalisation
  /** The id of a reply-to address of the service; only of an email. */
  readonly replyTo?: string | undefined
  /** The id of a sender of the service; only of a text message. */
  readonly sender?: string | undefined
  /** From then on it is worth nothing. */
  readonly expires?: Date | undefined
}
