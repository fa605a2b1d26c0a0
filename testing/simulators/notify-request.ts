import { isUuid } from './notify-tokens.js'
import { isObject } from './http-messages.js'

export type NotifyChannel = 'email' | 'sms'

/** What a service asks Notify to send. */
export interface NotifyRequest {
  template_id: string
  /** Empty where it is a text message. */
  email_address: string
  /** Only of a text message. */
  phone_number?: string
  personalisation: Record<string, unknown>
  reference: string | null
  email_reply_to_id?: string
  sms_sender_id?: string
}

export interface NotifyError {
  error: string
  message: string
}

const COMMON = ['template_id', 'personalisation', 'reference']
const FIELDS: Record<NotifyChannel, ReadonlySet<string>> = {
  email: new Set([
    ...COMMON,
    ...['email_address', 'email_reply_to_id', 'one_click_unsubscribe_url'],
    ...['sanitise_content_for', 'scheduled_for'],
  ]),
  sms: new Set([...COMMON, 'phone_number', 'sms_sender_id', 'scheduled_for']),
}
const ADDRESS = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/i
/** Notify's own addresses for tests, which have no dot. */
const SIMULATED = /@simulator\.notify$/
const MAX_ADDRESS_LENGTH = 320
const MAX_REFERENCE_LENGTH = 1000

export const channelOf = ({ phone_number: number }: NotifyRequest): NotifyChannel =>
  number === undefined ? 'email' : 'sms'

const isAddress = (text: string): boolean =>
  text.length <= MAX_ADDRESS_LENGTH &&
  !text.includes('..') &&
  (ADDRESS.test(text.trim()) || SIMULATED.test(text.trim()))

/** The digits of a number with its country's prefix, or what Notify says is wrong with it. */
export function digitsOf(text: string): { digits: string } | { problem: string } {
  const bare = text.replace(/[\s().+-]/g, '')
  if (!/^\d+$/.test(bare)) return { problem: 'Must not contain letters or symbols' }
  const digits = bare.replace(/^00/, '')
  const isUk =
    digits.startsWith('0') || digits.startsWith('44') || (digits.startsWith('7') && digits.length < 11)
  if (!isUk) {
    if (digits.length < 8) return { problem: 'Not enough digits' }
    if (digits.length > 15) return { problem: 'Too many digits' }
    return { digits }
  }
  const within = digits.replace(/^44/, '').replace(/^0/, '')
  if (!within.startsWith('7')) return { problem: 'Not a UK mobile number' }
  if (within.length !== 10) return { problem: within.length > 10 ? 'Too many digits' : 'Not enough digits' }
  return { digits: `44${within}` }
}

function unexpected(channel: NotifyChannel, body: Record<string, unknown>): string[] {
  const names = Object.keys(body).filter((name) => !FIELDS[channel].has(name))
  if (names.length === 0) return []
  return [
    `Additional properties are not allowed (${names.join(', ')} ${names.length > 1 ? 'were' : 'was'} unexpected)`,
  ]
}

function recipientProblems(channel: NotifyChannel, body: Record<string, unknown>): string[] {
  const name = channel === 'email' ? 'email_address' : 'phone_number'
  const recipient = body[name]
  if (recipient === undefined) return [`${name} is a required property`]
  if (typeof recipient !== 'string') return [`${name} is not of type string`]
  if (channel === 'email') return isAddress(recipient) ? [] : [`${name} Not a valid email address`]
  const read = digitsOf(recipient)
  return 'problem' in read ? [`${name} ${read.problem}`] : []
}

function problems(channel: NotifyChannel, body: Record<string, unknown>): string[] {
  const { template_id: template, personalisation, reference } = body
  const found = [...unexpected(channel, body), ...recipientProblems(channel, body)]
  if (template === undefined) found.push('template_id is a required property')
  else if (!isUuid(template)) found.push('template_id is not a valid UUID')
  if (personalisation !== undefined && !isObject(personalisation)) {
    found.push('personalisation is not of type object')
  }
  for (const name of ['email_reply_to_id', 'sms_sender_id']) {
    if (body[name] !== undefined && !isUuid(body[name])) found.push(`${name} is not a valid UUID`)
  }
  if (reference !== undefined && reference !== null) {
    if (typeof reference !== 'string') found.push('reference is not of type string')
    else if (reference.length > MAX_REFERENCE_LENGTH) found.push('reference is too long')
  }
  return found
}

/** Reads the body of a request for an email or a text message; the errors are those Notify answers 400 with. */
export function readNotifyRequest(
  channel: NotifyChannel,
  body: unknown,
): { request: NotifyRequest } | { errors: NotifyError[] } {
  if (!isObject(body)) {
    return { errors: [{ error: 'BadRequestError', message: 'Invalid JSON supplied in POST data' }] }
  }
  const found = problems(channel, body)
  if (found.length > 0) return { errors: found.map((message) => ({ error: 'ValidationError', message })) }
  const optional = Object.fromEntries(
    ['phone_number', 'email_reply_to_id', 'sms_sender_id'].flatMap((name) =>
      body[name] === undefined ? [] : [[name, body[name] as string]],
    ),
  )
  return {
    request: {
      template_id: body['template_id'] as string,
      email_address: (body['email_address'] ?? '') as string,
      personalisation: (body['personalisation'] ?? {}) as Record<string, unknown>,
      reference: (body['reference'] ?? null) as string | null,
      ...optional,
    },
  }
}
