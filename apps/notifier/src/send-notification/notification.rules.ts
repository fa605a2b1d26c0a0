import { z } from 'zod'
import { kindOfNumber, toVisitor } from '#shared/contracts'
import type { Row } from '#shared/database'
import type { Notification, Personalisation } from '../sending/notification.js'
import { isAddress } from '../sending/recipient.rules.js'
import { comparable, type NotificationTemplate } from './template-file.rules.js'

export type NotificationRejection =
  | 'notification-data-gone'
  | 'notification-malformed'
  | 'template-unknown'
  | 'recipient-missing'
  | 'recipient-malformed'
  | 'channel-mismatch'
  | 'personalisation-missing'
  | 'personalisation-malformed'

/** There is no such notification, and trying again would not change that: a permanent failure. */
export interface NoNotification {
  readonly reject: NotificationRejection
}

/** What a Task row's data asks for. */
export interface Requested {
  readonly template: string
  readonly to: string
  readonly personalisation: Readonly<Record<string, unknown>>
  readonly expires: Date | undefined
}

/** Who a row's claim is of. Personal data. */
export type Recipient = Pick<Row<'IntSchema.Visitor'>, 'EmailAddress' | 'PhoneNumber'> | undefined

const data = z.strictObject({
  template: z.string().min(1),
  to: z.string().nullish(),
  personalisation: z.record(z.string(), z.unknown()).nullish(),
  expires: z.iso.datetime({ offset: true }).nullish(),
})

/** What the data of a `SEND-NOTIFICATION` row asks for. */
export function requestedIn(text: string | null): Requested | NoNotification {
  // After some days a row that has ended loses it.
  if (text === null) return { reject: 'notification-data-gone' }
  const read = data.safeParse(parsed(text))
  if (!read.success) return { reject: 'notification-malformed' }
  const { template, to, personalisation, expires } = read.data
  return {
    ...{ template, to: to?.trim() ?? '', personalisation: personalisation ?? {} },
    expires: expires ? new Date(expires) : undefined,
  }
}

/** The notification that was asked for, by its template. */
export function notificationOf(
  requested: Requested,
  template: NotificationTemplate | undefined,
  visitor: Recipient,
): Notification | NoNotification {
  if (!template) return { reject: 'template-unknown' }
  const { channel, id, replyTo, sender } = template
  const to = recipientOf(requested.to, template, visitor)
  if (typeof to !== 'string') return to
  const personalisation = personalisationOf(requested, template)
  if ('reject' in personalisation) return personalisation
  const { expires } = requested
  return {
    ...{ channel, templateId: id, template: requested.template, to },
    ...{ personalisation: personalisation.of, replyTo, sender, expires },
  }
}

function recipientOf(
  to: string,
  { channel }: NotificationTemplate,
  visitor: Recipient,
): string | NoNotification {
  const meant = to === toVisitor ? visitorsOwn(channel, visitor) : to
  if (meant === '') return { reject: 'recipient-missing' }
  const found = isAddress(meant) ? 'email' : kindOfNumber(meant) ? 'sms' : undefined
  if (found === undefined) return { reject: 'recipient-malformed' }
  return found === channel ? meant : { reject: 'channel-mismatch' }
}

const visitorsOwn = (channel: NotificationTemplate['channel'], visitor: Recipient): string =>
  (channel === 'email' ? visitor?.EmailAddress : visitor?.PhoneNumber)?.trim() ?? ''

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

function personalisationOf(
  { personalisation }: Requested,
  { fields }: NotificationTemplate,
): { readonly of: Personalisation } | NoNotification {
  const given = Object.entries(personalisation).filter(([, each]) => each !== null)
  const names = new Set(given.map(([name]) => comparable(name)))
  if (!fields.every((field) => names.has(comparable(field)))) return { reject: 'personalisation-missing' }
  const read = given.map(([name, each]) => [name, value.safeParse(each)] as const)
  if (!read.every(([, { success }]) => success)) return { reject: 'personalisation-malformed' }
  return { of: Object.fromEntries(read.map(([name, { data: each }]) => [name, each])) as Personalisation }
}

/** What the parser says of a text could quote it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
