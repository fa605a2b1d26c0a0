import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { z } from 'zod'
import { credsAuthenticator, nkeyAuthenticator, type Authenticator } from '@nats-io/nats-core'
import { optionalText, readSettings, SettingsError, type Environment } from '../../config/index.js'

/** Texts in PEM. Without `ca`, the certificates this machine trusts. */
export interface NatsTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export const natsFilesSchema = z.object({
  NATS_NKEY_SEED_FILE: optionalText({
    words: 'the file with the seed of the service’s nkey; read at start-up',
    place: 'files',
  }),
  NATS_CREDS: optionalText({ words: 'instead of it, the file with a JWT and its seed', place: 'files' }),
  NATS_CA: optionalText({
    words:
      'the file with the certificate of the broker’s authority, in PEM. With it, or with a URL that begins with `tls://`, nothing is sent without TLS',
    otherwise: 'the machine’s authorities',
    place: 'files',
  }),
  NATS_CERT: optionalText({
    words: 'a certificate of the service’s own, where the broker asks for one',
    place: 'files',
  }),
  NATS_KEY: optionalText({ words: 'its key', place: 'files' }),
})

/**
 * Who the service is to the broker; undefined where the environment names nobody.
 * @throws SettingsError naming the variable, never what its file holds
 */
export function readLogin(env: Environment): Authenticator | undefined {
  const { NATS_CREDS: creds, NATS_NKEY_SEED_FILE: seedFile } = readSettings(natsFilesSchema, env)
  if (creds !== undefined && seedFile !== undefined) {
    throw new SettingsError('settings: NATS_CREDS and NATS_NKEY_SEED_FILE exclude each other')
  }
  if (creds !== undefined) {
    // The client looks for the end of its last line.
    const authenticator = credsAuthenticator(bytesOf(`${readText('NATS_CREDS', creds)}\n`))
    return usable(authenticator, 'NATS_CREDS', 'credentials')
  }
  if (seedFile === undefined) return undefined
  const authenticator = nkeyAuthenticator(bytesOf(readText('NATS_NKEY_SEED_FILE', seedFile).trim()))
  return usable(authenticator, 'NATS_NKEY_SEED_FILE', "a user's seed (it begins with SU)")
}

/**
 * Whom to trust, and the certificate to show; undefined where the environment names neither.
 * @throws SettingsError as above
 */
export function readTls(env: Environment): NatsTls | undefined {
  const { NATS_CA, NATS_CERT, NATS_KEY } = readSettings(natsFilesSchema, env)
  if ((NATS_CERT === undefined) !== (NATS_KEY === undefined)) {
    throw new SettingsError('settings: NATS_CERT and NATS_KEY belong together')
  }
  const ca = NATS_CA === undefined ? {} : { ca: readText('NATS_CA', NATS_CA) }
  if (ca.ca !== undefined) holding('NATS_CA', 'a certificate in PEM', () => new X509Certificate(ca.ca))
  if (NATS_CERT === undefined || NATS_KEY === undefined) return NATS_CA === undefined ? undefined : ca
  const own = { cert: readText('NATS_CERT', NATS_CERT), key: readText('NATS_KEY', NATS_KEY) }
  holding('NATS_CERT and NATS_KEY', 'a certificate and its key in PEM', () => createSecureContext(own))
  return { ...ca, ...own }
}

/** Signs once to see that it can: the client would find out only as it connects. */
function usable(authenticator: Authenticator, variable: string, what: string): Authenticator {
  const { nkey } = holding(variable, what, () => authenticator('nonce') as { nkey?: string })
  if (!nkey?.startsWith('U')) throw new SettingsError(`settings: ${variable} does not hold ${what}`)
  return authenticator
}

function holding<T>(variables: string, what: string, use: () => T): T {
  try {
    return use()
  } catch {
    // Whatever it says may quote the file.
    throw new SettingsError(
      `settings: ${variables} ${variables.includes(' ') ? 'do' : 'does'} not hold ${what}`,
    )
  }
}

function readText(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new SettingsError(`settings: the file of ${variable} cannot be read (${code ?? 'unknown reason'})`)
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
