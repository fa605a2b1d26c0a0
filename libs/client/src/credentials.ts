import { readFileSync } from 'node:fs'
import { credsAuthenticator, nkeyAuthenticator, type NodeConnectionOptions } from '@nats-io/transport-node'

/** Files with what the broker asks for; one of the first two, or neither. Read with each connection. */
export interface Credentials {
  /** With the seed of an nkey. */
  readonly nkeySeedFile?: string | undefined
  /** With a JWT and its seed. */
  readonly credsFile?: string | undefined
  /** Of the authority that signed the broker's certificate, in PEM. With it, nothing goes without TLS. */
  readonly caFile?: string | undefined
}

/** @throws where a file cannot be read */
export function readCredentials({ nkeySeedFile, credsFile, caFile }: Credentials): NodeConnectionOptions {
  return {
    ...(nkeySeedFile ? { authenticator: nkeyAuthenticator(bytesOf(read(nkeySeedFile).trim())) } : {}),
    ...(credsFile ? { authenticator: credsAuthenticator(bytesOf(`${read(credsFile)}\n`)) } : {}),
    ...(caFile ? { tls: { ca: read(caFile) } } : {}),
  }
}

const read = (file: string): string => readFileSync(file, 'utf8')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
