import { z } from 'zod'
import { channelOf, digitsOf, type NotifyChannel, type NotifyRequest } from './notify-request.js'

export const notifyStatuses = [
  'created',
  'sending',
  'pending',
  'sent',
  'delivered',
  'permanent-failure',
  'temporary-failure',
  'technical-failure',
] as const
export type NotifyStatus = (typeof notifyStatuses)[number]

/** What becomes of what is sent to Notify's own addresses and numbers for tests. */
const BY_RECIPIENT: Readonly<Record<string, NotifyStatus>> = {
  'temp-fail@simulator.notify': 'temporary-failure',
  'perm-fail@simulator.notify': 'permanent-failure',
  '447700900003': 'temporary-failure',
  '447700900002': 'permanent-failure',
}
/** They are answered like the others, and nothing of them is kept. */
const SMOKE_TESTS: readonly string[] = [
  ...['', '-2', '-3'].map((part) => `simulate-delivered${part}@notifications.service.gov.uk`),
  ...['447700900000', '447700900111', '447700900222'],
]

/** As an address or a number is compared with others. */
export function recipientOf(request: NotifyRequest): string {
  if (request.phone_number === undefined) return request.email_address.trim().toLowerCase()
  const read = digitsOf(request.phone_number)
  return 'digits' in read ? read.digits : request.phone_number
}

export const isSmokeTest = (request: NotifyRequest): boolean => SMOKE_TESTS.includes(recipientOf(request))

/** What becomes of what was taken: by its recipient, as the test says or as Notify has it for tests. */
export function statusFor(request: NotifyRequest, said: ReadonlyMap<string, NotifyStatus>): NotifyStatus {
  const recipient = recipientOf(request)
  const known = said.get(recipient) ?? BY_RECIPIENT[recipient]
  if (known) return known
  const isAbroad = channelOf(request) === 'sms' && !recipient.startsWith('44')
  return isAbroad ? 'sent' : 'delivered'
}

/** Where receipts go, and with which token. */
export interface ReceiptsTo {
  url: string
  token: string
}

export interface Receipt {
  id: string
  reference: string | null
  to: string
  status: NotifyStatus
  created_at: string
  completed_at: string | null
  sent_at: string | null
  notification_type: NotifyChannel
  template_id: string
  template_version: number
}

/** As Notify posts it; the answer's status. Rejects where nobody takes it. */
export async function postReceipt({ url, token }: ReceiptsTo, receipt: Receipt): Promise<number> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(receipt),
  })
  await answer.arrayBuffer()
  return answer.status
}

export const notifyAnswers = z.strictObject({
  /** By its id: the fields that it asks for, of an email unless it says otherwise. */
  templates: z
    .record(
      z.uuid(),
      z.union([
        z.array(z.string()),
        z.strictObject({ type: z.enum(['email', 'sms']), fields: z.array(z.string()) }),
      ]),
    )
    .optional(),
  /** By address or number. */
  states: z.record(z.string(), z.enum(notifyStatuses)).optional(),
  /** How many of a kind are taken at the most. */
  limits: z.strictObject({ email: z.int().optional(), sms: z.int().optional() }).optional(),
})
export type NotifyAnswers = z.infer<typeof notifyAnswers>
