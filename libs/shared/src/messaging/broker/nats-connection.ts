import { AuthorizationError, ConnectionError, UserAuthenticationExpiredError } from '@nats-io/nats-core'
import type { NodeConnectionOptions } from '@nats-io/transport-node'
import type { NatsSettings } from './nats.settings.js'

/** Where answers to a service arrive; the broker lets no other one listen there. */
export const inboxPrefix = (service: string): string => `_INBOX.${service}`

/** What connects to the broker as the settings say, in the name of a service. */
export const connectOptions = (
  { servers, authenticator, tls }: NatsSettings,
  service: string,
): NodeConnectionOptions => ({
  servers,
  name: service,
  inboxPrefix: inboxPrefix(service),
  // Otherwise each publish makes two errors beforehand, for the stack that one may need: a twentieth of all work.
  noAsyncTraces: true,
  ...(authenticator ? { authenticator } : {}),
  ...(tls ? { tls } : {}),
})

/** Why there is no connection, as an operator wants to be told; undefined if the broker is just away. */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError)
    return 'the broker refuses the credentials: see NATS_NKEY_SEED_FILE or NATS_CREDS, and its list of users'
  if (isTlsError(error))
    return 'there is no TLS connection that can be trusted: see NATS_CA and the certificate of the broker'
  return undefined
}

/** Node's codes for certificates come from OpenSSL and have no prefix of their own. */
const certificateCodes =
  /^(ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA$|PATH_LENGTH_)/

function isTlsError(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  if (typeof code === 'string' && certificateCodes.test(code)) return true
  if (error instanceof ConnectionError && error.message.includes("'tls'")) return true
  return cause !== undefined && isTlsError(cause)
}
