import { createHmac, timingSafeEqual } from 'node:crypto'
import { isObject, parseJson } from './http-messages.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const CLOCK_TOLERANCE_S = 30

export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)

/** Who is asking, or why not: Notify's status and message. */
export type TokenVerdict = { serviceId: string } | { status: 401 | 403; message: string }

const refused = (message: string, status: 401 | 403 = 403): TokenVerdict => ({ status, message })

/** The service and the secret in an API key: `name-<service id>-<secret>`, both UUIDs. Throws if it is not one. */
function splitApiKey(apiKey: string): { serviceId: string; secret: string } {
  const serviceId = apiKey.slice(-73, -37)
  const secret = apiKey.slice(-36)
  if (!isUuid(serviceId) || !isUuid(secret)) throw new Error('An API key ends in two UUIDs')
  return { serviceId, secret }
}

const decode = (part: string): unknown => parseJson(Buffer.from(part, 'base64url').toString('utf8'))

function isSignedWith(secret: string, signed: string, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(signed).digest()
  const given = Buffer.from(signature, 'base64url')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Checks Notify's tokens (JWT, HS256, signed with the API key's secret) in the order the real service does. */
export class NotifyTokens {
  readonly #secrets = new Map<string, string[]>()

  constructor(
    apiKeys: readonly string[],
    private readonly checkIssuedAt: boolean,
  ) {
    for (const { serviceId, secret } of apiKeys.map(splitApiKey)) {
      this.#secrets.set(serviceId, [...(this.#secrets.get(serviceId) ?? []), secret])
    }
  }

  check(authorization: string | undefined): TokenVerdict {
    if (!authorization) return refused('Unauthorized, authentication token must be provided', 401)
    const [scheme, token = ''] = authorization.split(' ', 2)
    if (scheme?.toLowerCase() !== 'bearer') {
      return refused('Unauthorized, authentication bearer scheme must be used', 401)
    }
    const [header = '', payload = '', signature = ''] = token.split('.')
    const head = decode(header)
    const claims = decode(payload)
    if (!isObject(head) || !isObject(claims)) {
      return refused('Invalid token: signature, api token is not valid')
    }
    return this.#checkClaims(claims, { algorithm: head['alg'], signed: `${header}.${payload}`, signature })
  }

  #checkClaims(
    claims: Record<string, unknown>,
    token: { algorithm: unknown; signed: string; signature: string },
  ): TokenVerdict {
    const { iss, iat } = claims
    if (iss === undefined) return refused('Invalid token: iss field not provided')
    if (!isUuid(iss)) return refused('Invalid token: service id is not the right data type')
    const secrets = this.#secrets.get(iss)
    if (!secrets) return refused('Invalid token: service not found')
    const isSigned = secrets.some((secret) => isSignedWith(secret, token.signed, token.signature))
    if (token.algorithm !== 'HS256' || !isSigned || typeof iat !== 'number') {
      return refused('Invalid token: API key not found')
    }
    if (this.checkIssuedAt && Math.abs(Date.now() / 1000 - iat) > CLOCK_TOLERANCE_S) {
      return refused('Error: Your system clock must be accurate to within 30 seconds')
    }
    return { serviceId: iss }
  }
}
