import { isUuid } from './notify-tokens.js'
import { isObject } from './http-messages.js'

/** What a service asks Notify to send. */
export interface EmailRequest {
  template_id: string
  email_address: string
  personalisation: Record<string, unknown>
  reference: string | null
}

export interface NotifyError {
  error: string
  message: string
}

const FIELDS = new Set([
  'template_id',
  'email_address',
  'personalisation',
  'reference',
  'email_reply_to_id',
  'one_click_unsubscribe_url',
  'sanitise_content_for',
  'scheduled_for',
])
const ADDRESS = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/i
const MAX_ADDRESS_LENGTH = 320
const MAX_REFERENCE_LENGTH = 1000

const isAddress = (text: string): boolean =>
  text.length <= MAX_ADDRESS_LENGTH && !text.includes('..') && ADDRESS.test(text.trim())

function unexpected(body: Record<string, unknown>): string[] {
  const names = Object.keys(body).filter((name) => !FIELDS.has(name))
  if (names.length === 0) return []
  return [
    `Additional properties are not allowed (${names.join(', ')} ${names.length > 1 ? 'were' : 'was'} unexpected)`,
  ]
}

function problems(body: Record<string, unknown>): string[] {
  const { template_id: template, email_address: address, personalisation, reference } = body
  const found = unexpected(body)
  if (address === undefined) found.push('email_address is a required property')
  else if (typeof address !== 'string') found.push('email_address is not of type string')
  else if (!isAddress(address)) found.push('email_address Not a valid email address')
  if (template === undefined) found.push('template_id is a required property')
  else if (!isUuid(template)) found.push('template_id is not a valid UUID')
  if (personalisation !== undefined && !isObject(personalisation)) {
    found.push('personalisation is not of type object')
  }
  if (reference !== undefined && reference !== null) {
    if (typeof reference !== 'string') found.push('reference is not of type string')
    else if (reference.length > MAX_REFERENCE_LENGTH) found.push('reference is too long')
  }
  return found
}

/** Reads the body of a request for an email; the errors are those Notify answers 400 with. */
export function readEmailRequest(body: unknown): { email: EmailRequest } | { errors: NotifyError[] } {
  if (!isObject(body)) {
    return { errors: [{ error: 'BadRequestError', message: 'Invalid JSON supplied in POST data' }] }
  }
  const found = problems(body)
  if (found.length > 0) return { errors: found.map((message) => ({ error: 'ValidationError', message })) }
  return {
    email: {
      template_id: body['template_id'] as string,
      email_address: body['email_address'] as string,
      personalisation: (body['personalisation'] ?? {}) as Record<string, unknown>,
      reference: (body['reference'] ?? null) as string | null,
    },
  }
}
