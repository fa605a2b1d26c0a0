import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  flag,
  optionalText,
  readSettings,
  SettingsError,
  text,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '../../config/index.js'

/** How to reach a SQL Server, and how long to wait for what. All times in milliseconds. */
export interface MssqlConnectionSettings {
  readonly server: string
  /** Without it and without an instance, SQL Server's usual one. */
  readonly port?: number
  /** Its port is asked for at the server. */
  readonly instance?: string
  readonly encrypt: boolean
  readonly trustServerCertificate: boolean
  /** The authority's certificate, in PEM; without it, the authorities this machine trusts. */
  readonly ca?: string
  /** All addresses of the server's name are tried at once. */
  readonly multiSubnetFailover: boolean
  readonly poolSize: number
  readonly poolIdleMs: number
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
}

const schema = z.object({
  APVS_DATABASE_SERVER: text(),
  DATABASE_ENCRYPT: flag(true, { words: 'nothing is sent without TLS' }),
  DATABASE_CA: optionalText({
    words: 'the file with the certificate of the server’s authority, in PEM',
    otherwise: 'the machine’s authorities',
    place: 'files',
  }),
  DATABASE_TRUST_SERVER_CERTIFICATE: flag(false, {
    words: 'any certificate will do; not beside `DATABASE_CA`, and not in production',
  }),
  DATABASE_MULTI_SUBNET_FAILOVER: flag(true, {
    words: 'all addresses of the server’s name are tried at once, and not one after the other',
  }),
  DATABASE_POOL_SIZE: wholeNumberIn(1, 500, 10, {
    words: 'connections of one service at most, to each of its databases; 1 to 500',
  }),
  DATABASE_POOL_IDLE_MS: wholeNumberIn(1_000, 3_600_000, 30_000, {
    words: 'a connection unused for so long is closed',
  }),
  DATABASE_CONNECT_TIMEOUT_MS: wholeNumberIn(100, 120_000, 15_000, {
    words: 'for making a connection, the login included',
  }),
  DATABASE_REQUEST_TIMEOUT_MS: wholeNumberIn(100, 600_000, 15_000, {
    words: 'for an answer; `npm run db:migrate` waits ten minutes where this is not set',
  }),
})

/** What is asked for where a SQL Server is named. */
export const mssqlSettingsGroup: SettingsGroup = {
  schema,
  when: ({ APVS_DATABASE_SERVER: server }) => server !== undefined,
}

/**
 * The settings of the connection.
 * @throws SettingsError naming the variables, never a value
 */
export function mssqlConnectionSettings(env: Environment): MssqlConnectionSettings {
  const values = readSettings(schema, env)
  return {
    ...serverAddress(values.APVS_DATABASE_SERVER),
    ...certificate(values),
    encrypt: values.DATABASE_ENCRYPT,
    trustServerCertificate: values.DATABASE_TRUST_SERVER_CERTIFICATE,
    multiSubnetFailover: values.DATABASE_MULTI_SUBNET_FAILOVER,
    poolSize: values.DATABASE_POOL_SIZE,
    poolIdleMs: values.DATABASE_POOL_IDLE_MS,
    connectTimeoutMs: values.DATABASE_CONNECT_TIMEOUT_MS,
    requestTimeoutMs: values.DATABASE_REQUEST_TIMEOUT_MS,
  }
}

const largestPort = 65_535

/**
 * `host`, `host,port`, `host:port`, `host\instance`, each with `tcp:` before it. Where there are both a port and an
 * instance the port counts, as it does for SQL Server's own clients.
 * @throws SettingsError if it is none of these
 */
export function serverAddress(text: string): Pick<MssqlConnectionSettings, 'server' | 'port' | 'instance'> {
  const pattern =
    /^(?:tcp:)?(?<server>[\w.-]+|\[[\da-f:]+\])(?:\\(?<instance>[\w$#]+))?(?:[,:]\s*(?<port>\d{1,5}))?$/i
  const { server, instance, port } = pattern.exec(text.trim())?.groups ?? {}
  if (server === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > largestPort) {
    throw new SettingsError(
      'settings: APVS_DATABASE_SERVER is malformed: host, host,port or host\\instance are expected',
    )
  }
  const plain = { server: server.replace(/^\[|\]$/g, '') }
  if (port !== undefined) return { ...plain, port: Number(port) }
  return instance === undefined ? plain : { ...plain, instance }
}

function certificate(values: z.infer<typeof schema>): Pick<MssqlConnectionSettings, 'ca'> {
  const file = values.DATABASE_CA
  if (file === undefined) return {}
  if (!values.DATABASE_ENCRYPT) {
    throw new SettingsError('settings: DATABASE_CA is of no use while DATABASE_ENCRYPT is false')
  }
  if (values.DATABASE_TRUST_SERVER_CERTIFICATE) {
    throw new SettingsError('settings: DATABASE_CA and DATABASE_TRUST_SERVER_CERTIFICATE exclude each other')
  }
  return { ca: readCertificate(file) }
}

function readCertificate(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new SettingsError(`settings: the file of DATABASE_CA cannot be read (${code ?? 'unknown reason'})`)
  }
  try {
    new X509Certificate(text)
  } catch {
    throw new SettingsError('settings: DATABASE_CA does not hold a certificate in PEM')
  }
  return text
}
