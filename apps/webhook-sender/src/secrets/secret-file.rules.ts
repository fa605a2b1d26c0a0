import { z } from 'zod'
import { SettingsError } from '#shared/config'

/** What an endpoint's requests are signed with. */
export interface WebhookSecret {
  /** The key of the signature. */
  readonly signing: Buffer
  /** The key of the bearer token; absent where its receiver wants none. */
  readonly token: Uint8Array | undefined
}

export type WebhookSecrets = ReadonlyMap<string, WebhookSecret>

const prefix = 'whsec_'
/** As the specification has it. */
const bytes = { least: 24, most: 64 }

const signing = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/)
  .transform((text) => Buffer.from(text.slice(prefix.length), 'base64'))
  .refine(({ length }) => length >= bytes.least && length <= bytes.most)
/** HS256 wants a key as long as its digest. */
const token = z
  .string()
  .min(32)
  .transform((text) => Buffer.from(text, 'utf8'))

const secretFile = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9.-]{0,49}$/),
  z.union([
    signing.transform((key) => ({ signing: key, token: undefined })),
    z.strictObject({ signing, token: token.optional() }),
  ]),
)

/** @throws SettingsError naming each secret that is malformed, or its place in the file, and no value */
export function readSecrets(text: string): WebhookSecrets {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new SettingsError('settings: WEBHOOK_SECRETS names a file that is no JSON')
  }
  const read = secretFile.safeParse(content)
  if (read.success)
    return new Map(
      Object.entries(read.data).map(([name, { signing: key, token: bearer }]) => [
        name,
        { signing: key, token: bearer },
      ]),
    )
  const places = Object.keys(content ?? {})
  const wrong = new Set(read.error.issues.map(({ path: [key] }) => placeOf(key, places)))
  throw new SettingsError(`settings: WEBHOOK_SECRETS is malformed at ${[...wrong].join(', ')}`)
}

/** No secret is so short: one that was put where its name belongs is told by its place. */
const surelyName = /^[a-z0-9][a-z0-9.-]{0,22}$/

function placeOf(key: PropertyKey | undefined, places: readonly string[]): string {
  if (key === undefined) return 'the whole'
  const name = String(key)
  return surelyName.test(name) ? name : `its name number ${places.indexOf(name) + 1}`
}
