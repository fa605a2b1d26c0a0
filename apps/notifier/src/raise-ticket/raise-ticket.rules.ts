import { isPlainText, plainText } from '#shared/http'
import { dataParts } from '../data-parts.js'

/** A ticket as the helpdesk's API takes it. Personal data. */
export interface Ticket {
  readonly submitter_id: string
  readonly requester: { readonly name: string; readonly email: string; readonly verified: true }
  readonly subject: string
  readonly comment: { readonly body: string }
  readonly tags: readonly string[]
}

/** The helpdesk's user in whose name tickets are raised. */
const submitterId = '114198238551'

/**
 * The ticket for a Task row's data, name~~email~~issue, of which only the first two separators count. Undefined if
 * one of the three is missing, or the address can be none. Domain: `tasks.md`, "TECHNICAL_HELP_SUBMITTED".
 */
export function ticketFor(data: string | null, production: boolean): Ticket | undefined {
  const parts = dataParts(data ?? '', 3)
  if (!parts?.every((text) => text.trim())) return undefined
  const [name = '', email = '', issue = ''] = parts
  if (!isPlainText(email)) return undefined
  return {
    submitter_id: submitterId,
    requester: { name: plainText(name).trim(), email: email.trim(), verified: true },
    subject: `${production ? '' : 'Test: '}Help With Prison Visits - Help`,
    comment: { body: plainText(issue) },
    tags: ['HelpWithPrisonVisits', ...(production ? [] : ['Test'])],
  }
}

const minutes = 60_000

/**
 * How old, in milliseconds, an attempt may be for another one to be safe. Zendesk forgets an idempotency key two
 * hours after its first use; ten minutes less are for clocks that differ.
 */
export const attemptsRememberedMs = 110 * minutes

/** Whether the helpdesk would still recognise a repeat of an attempt of this age, in milliseconds. */
export const isRemembered = (ageMs: number): boolean => ageMs < attemptsRememberedMs
