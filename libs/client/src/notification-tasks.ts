import { toVisitor } from '../../shared/src/contracts/tasks.js'
import {
  checkedId,
  checkedObject,
  checkedRecipient,
  checkedReference,
  comparableRecipient,
  optionalText,
} from './checks.js'
import { InvalidTaskError } from './invalid-task-error.js'
import { newTask, type ClaimIds, type Task, type TaskRow } from './task.js'

/** What fills a gap of a template; a list becomes bullet points, true and false choose what is said. */
export type PersonalisationValue = string | number | boolean | readonly string[]

/** What is to be sent, and to whom. */
export interface NotificationRequest {
  /** A key of the services' file of templates. */
  readonly template: string
  /** An email address, a phone number, or `visitor`: whose claim it is. Or a list of these, each of which gets its own. */
  readonly to: string | readonly string[]
  readonly personalisation?: Readonly<Record<string, PersonalisationValue>> | undefined
  /** From then on it is not sent any more. */
  readonly expires?: Date | undefined
  /** The claim that it is about. */
  readonly claim?: ClaimIds | undefined
}

/**
 * An email or a text message, by a template of the services' file. One recipient is one task, which fails or is sent by itself; who
 * is named twice, however the address or number is written, gets one. For `insertTasks`.
 */
export function notification(request: NotificationRequest): Task[] {
  const { template, to, personalisation, expires, claim } = checkedObject('request', request)
  const about = claim === undefined || claim === null ? {} : claimColumns(claim)
  const content = {
    template: checkedKey(template),
    personalisation: checkedPersonalisation(personalisation ?? {}),
    ...(expires === undefined || expires === null ? {} : { expires: checkedExpiry(expires) }),
  }
  return recipientsIn(to, claim).map((recipient) =>
    newTask('SEND-NOTIFICATION', {
      ...about,
      AdditionalData: JSON.stringify({ ...content, to: recipient }),
    }),
  )
}

function claimColumns(claim: ClaimIds): Partial<TaskRow> {
  const { reference, eligibilityId, claimId } = checkedObject('claim', claim)
  return {
    Reference: checkedReference(reference),
    EligibilityId: checkedId('eligibilityId', eligibilityId),
    ClaimId: checkedId('claimId', claimId),
  }
}

function checkedKey(template: unknown): string {
  if (typeof template !== 'string' || !/^[A-Za-z0-9][\w.-]{0,79}$/.test(template))
    throw new InvalidTaskError('template', 'must be a key of the file of templates')
  return template
}

function recipientsIn(to: unknown, claim: unknown): string[] {
  const given: readonly unknown[] = Array.isArray(to) ? to : [to]
  const recipients = given.map((each) => {
    if (each !== toVisitor) return checkedRecipient('to', each)
    if (claim === undefined || claim === null)
      throw new InvalidTaskError('claim', 'must say whose visitor is meant')
    return each
  })
  const compared = recipients.map(comparableRecipient)
  return recipients.filter((_, place) => compared.indexOf(compared[place] ?? '') === place)
}

function checkedPersonalisation(given: unknown): Readonly<Record<string, unknown>> {
  const entries = Object.entries(checkedObject('personalisation', given))
  return Object.fromEntries(
    entries.map(([name, value]) => [name, checkedValue(`personalisation.${name}`, value)]),
  )
}

function checkedValue(field: string, value: unknown): unknown {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (typeof value === 'string') return optionalText(field, value)
  if (!Array.isArray(value))
    throw new InvalidTaskError(field, 'must be a text, a number, true or false, or a list of texts')
  return value.map((each) => checkedListed(field, each))
}

function checkedListed(field: string, value: unknown): string {
  if (typeof value !== 'string') throw new InvalidTaskError(field, 'must be a list of texts')
  return optionalText(field, value)
}

function checkedExpiry(expires: unknown): string {
  if (!(expires instanceof Date) || Number.isNaN(expires.getTime()))
    throw new InvalidTaskError('expires', 'must be a Date')
  if (expires.getTime() <= Date.now()) throw new InvalidTaskError('expires', 'must be to come')
  return expires.toISOString()
}
