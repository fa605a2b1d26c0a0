import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import type { WebhookSecret } from '../secrets/secret-file.rules.js'

/** A request as it is to be signed. */
export interface ToSign {
  /** The event's, as receivers know it. */
  readonly id: string
  /** When this try is made. */
  readonly at: Date
  readonly body: string
}

const secondMs = 1_000
const tokenSeconds = 600

const seconds = (at: Date): number => Math.floor(at.getTime() / secondMs)

/**
 * The headers of Standard Webhooks: id, time and body are signed together. With several secrets there are several signatures,
 * and a receiver takes whichever it knows.
 */
export function signatureHeaders(
  { id, at, body }: ToSign,
  secrets: readonly WebhookSecret[],
): Readonly<Record<string, string>> {
  const timestamp = String(seconds(at))
  const signed = `${id}.${timestamp}.${body}`
  const signatures = secrets.map(
    ({ signing }) => `v1,${createHmac('sha256', signing).update(signed).digest('base64')}`,
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

/** A bearer token for receivers that know nothing else: it says who sends, and nothing of what is sent. */
export function bearerToken(key: Uint8Array, issuer: string, at: Date): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setIssuedAt(seconds(at))
    .setExpirationTime(seconds(at) + tokenSeconds)
    .sign(key)
}
