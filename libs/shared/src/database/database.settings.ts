import { dirname, join } from 'node:path'
import { z } from 'zod'
import {
  optionalText,
  readSettings,
  SettingsError,
  textOr,
  type Environment,
  type SettingsGroup,
} from '../config/index.js'
import { sameText } from '../contracts/index.js'
import { mssqlConnectionSettings, type MssqlConnectionSettings } from './mssql/mssql.settings.js'

export interface SqliteSettings {
  readonly kind: 'sqlite'
  readonly file: string
}

export interface MssqlSettings extends MssqlConnectionSettings {
  readonly kind: 'mssql'
  readonly database: string
  readonly user: string
  readonly password: string
}

export type DatabaseSettings = SqliteSettings | MssqlSettings

const schema = z.object({
  DATA_DIR: textOr('.data', {
    words: 'the embedded database and the documents, where no server and no bucket are named',
    place: 'chart',
  }),
  APVS_DATABASE_SERVER: optionalText({
    words:
      'SQL Server instead: `host`, `host,port` or `host\\instance`; the next three are then needed. How it is reached: below',
  }),
  APVS_DATABASE: optionalText(),
  APVS_ASYNC_WORKER_USERNAME: optionalText({ place: 'secrets' }),
  APVS_ASYNC_WORKER_PASSWORD: optionalText({ place: 'secrets' }),
})

/** What every service asks of its environment to reach the database. */
export const databaseSettingsGroup: SettingsGroup = { schema }

const archiveSchema = z.object({
  APVS_ARCHIVE_DATABASE: optionalText({
    words:
      'needed where a SQL Server is named; on the same server, with the same login, never the database itself',
  }),
})

export const archiveSettingsGroup: SettingsGroup = { schema: archiveSchema }

/**
 * With no server named, the embedded database in `DATA_DIR`. See `domain/settings.md`.
 * @throws SettingsError naming what is missing, malformed or contradicts another
 */
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
  return { kind: 'mssql', ...mssqlConnectionSettings(env), database, user, password }
}

/**
 * The archive beside the database: another file in `DATA_DIR`, or another database on the same server, by the same
 * login.
 */
export function archiveDatabaseSettings(env: Environment): DatabaseSettings {
  const main = databaseSettings(env)
  if (main.kind === 'sqlite') return { ...main, file: join(dirname(main.file), 'hwpv-archive.sqlite') }
  const { APVS_ARCHIVE_DATABASE: database } = readSettings(archiveSchema, env)
  if (!database) {
    throw new SettingsError('settings: APVS_DATABASE_SERVER is set, so APVS_ARCHIVE_DATABASE must be too')
  }
  // A claim would be found in its archive, and deleted.
  if (sameText(database, main.database)) {
    throw new SettingsError('settings: APVS_ARCHIVE_DATABASE must not be APVS_DATABASE')
  }
  return { ...main, database }
}
