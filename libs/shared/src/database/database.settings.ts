import { join } from 'node:path'
import { z } from 'zod'
import { flag, readSettings, SettingsError, type Environment } from '../config/index.js'

export interface SqliteSettings {
  readonly kind: 'sqlite'
  readonly file: string
}

export interface MssqlSettings {
  readonly kind: 'mssql'
  readonly server: string
  readonly database: string
  readonly user: string
  readonly password: string
  readonly encrypt: boolean
  readonly trustServerCertificate: boolean
}

export type DatabaseSettings = SqliteSettings | MssqlSettings

const schema = z.object({
  DATA_DIR: z.string().default('.data'),
  APVS_DATABASE_SERVER: z.string().optional(),
  APVS_DATABASE: z.string().optional(),
  APVS_ASYNC_WORKER_USERNAME: z.string().optional(),
  APVS_ASYNC_WORKER_PASSWORD: z.string().optional(),
  DATABASE_ENCRYPT: flag(true),
  DATABASE_TRUST_SERVER_CERTIFICATE: flag(false),
})

/** With no server named, the embedded database in `DATA_DIR`. See `domain/settings.md`. */
export function databaseSettings(env: Environment): DatabaseSettings {
  const values = readSettings(schema, env)
  const server = values.APVS_DATABASE_SERVER
  if (server === undefined) return { kind: 'sqlite', file: join(values.DATA_DIR, 'hwpv.sqlite') }
  const {
    APVS_DATABASE: database,
    APVS_ASYNC_WORKER_USERNAME: user,
    APVS_ASYNC_WORKER_PASSWORD: password,
  } = values
  if (!database || !user || !password) {
    throw new SettingsError(
      'settings: APVS_DATABASE_SERVER is set, so APVS_DATABASE, APVS_ASYNC_WORKER_USERNAME and APVS_ASYNC_WORKER_PASSWORD must be too',
    )
  }
  return {
    kind: 'mssql',
    server,
    database,
    user,
    password,
    encrypt: values.DATABASE_ENCRYPT,
    trustServerCertificate: values.DATABASE_TRUST_SERVER_CERTIFICATE,
  }
}
