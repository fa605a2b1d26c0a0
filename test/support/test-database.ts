import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Environment } from '#shared/config'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'

/** A migrated database of a test's own, the web apps' tables included. */
export interface TestDatabase {
  readonly connection: DatabaseConnection
  /** What a service needs to open the same one. */
  readonly env: Environment
  remove(): Promise<void>
}

/** A database file; with `DATABASE_TESTS=mssql`, a database on the SQL Server that the `APVS_` variables name. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = process.env.DATABASE_TESTS === 'mssql' ? await onSqlServer() : inFile()
  await migrate(database.connection, { withWebApps: true })
  return database
}

function inFile(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-test-'))
  const env = { DATA_DIR: folder }
  const connection = DatabaseConnection.open(databaseSettings(env))
  return {
    connection,
    env,
    async remove() {
      await connection.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function onSqlServer(): Promise<TestDatabase> {
  const name = `hwpv_test_${randomBytes(6).toString('hex')}`
  const given = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => key.startsWith('APVS_') || key.startsWith('DATABASE_')),
  )
  const master = DatabaseConnection.open(databaseSettings({ ...given, APVS_DATABASE: 'master' }))
  await sql`create database ${sql.id(name)}`.execute(master.db)
  const env = { ...given, APVS_DATABASE: name }
  const connection = DatabaseConnection.open(databaseSettings(env))
  return {
    connection,
    env,
    async remove() {
      await connection.close()
      await sql`alter database ${sql.id(name)} set single_user with rollback immediate`.execute(master.db)
      await sql`drop database ${sql.id(name)}`.execute(master.db)
      await master.close()
    },
  }
}
