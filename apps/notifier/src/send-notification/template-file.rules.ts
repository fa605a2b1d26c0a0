import { z } from 'zod'
import { SettingsError } from '#shared/config'
import type { Channel } from '#shared/contracts'

/** A template at Notify, as the file has it. */
export interface NotificationTemplate {
  readonly id: string
  readonly channel: Channel
  /** What it needs to be told. */
  readonly fields: readonly string[]
  /** The id of a reply-to address of the service at Notify; only of emails. */
  readonly replyTo?: string | undefined
  /** The id of a text message sender of the service at Notify; only of text messages. */
  readonly sender?: string | undefined
}

export type Templates = ReadonlyMap<string, NotificationTemplate>

const keyShape = /^[A-Za-z0-9][\w.-]{0,79}$/
const common = { id: z.uuid(), fields: z.array(z.string().min(1)) }

/** The file that `NOTIFICATION_TEMPLATES` names: each template by the key that tasks call it by. */
export const templateFile = z.record(
  z.string().regex(keyShape),
  z.discriminatedUnion('channel', [
    z.strictObject({ ...common, channel: z.literal('email'), replyTo: z.uuid().optional() }),
    z.strictObject({ ...common, channel: z.literal('sms'), sender: z.uuid().optional() }),
  ]),
)

/** @throws SettingsError naming each key and member that is wrong, and no value */
export function readTemplates(text: string): Templates {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new SettingsError('settings: NOTIFICATION_TEMPLATES names a file that is no JSON')
  }
  const read = templateFile.safeParse(content)
  if (!read.success) {
    const places = new Set(read.error.issues.map(({ path }) => path.join('.') || 'the whole'))
    throw new SettingsError(
      `settings: NOTIFICATION_TEMPLATES: malformed in its file: ${[...places].join(', ')}`,
    )
  }
  return new Map(Object.entries(read.data))
}

/** What a template's entry and the template at Notify do not agree on, in words; nothing where they do. */
export function templateProblems(
  { channel, fields }: NotificationTemplate,
  atNotify: { readonly type: string; readonly fields: readonly string[] } | undefined,
): string[] {
  if (!atNotify) return ['Notify has no template of this id']
  const missing = lacking(atNotify.fields, fields)
  const superfluous = lacking(fields, atNotify.fields)
  return [
    ...(atNotify.type === channel ? [] : [`at Notify it is of the channel ${atNotify.type}`]),
    ...(missing.length ? [`fields missing in the file: ${missing.join(', ')}`] : []),
    ...(superfluous.length ? [`fields superfluous in the file: ${superfluous.join(', ')}`] : []),
  ]
}

/** The gaps of a template's texts: `((name))`, and `((name??said where it is true))`. */
export const fieldsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\(\(([^()]+?)(?:\?\?[^()]*)?\)\)/g)].map(([, name = '']) => name.trim())),
]

const lacking = (some: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others.map(comparable))
  return some.filter((name) => !known.has(comparable(name)))
}

/** Notify takes names for the same that differ in case, spaces, hyphens and underscores. */
export const comparable = (name: string): string => name.replace(/[\s_-]/g, '').toLowerCase()
