import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Environment } from '#shared/config'
import {
  archiveDatabaseSettings,
  archiveIndexes,
  createOwnerIndexes,
  DatabaseConnection,
  databaseSettings,
  migrate,
  migrateArchive,
} from '#shared/database'

/** A migrated database of a test's own, the web apps' tables included. */
export interface TestDatabase {
  readonly connection: DatabaseConnection
  /** The archive beside it. */
  readonly archive: DatabaseConnection
  /** What a service needs to open the same one. */
  readonly env: Environment
  remove(): Promise<void>
}

/**
 * Database files; with `DATABASE_TESTS=mssql`, databases on the SQL Server that the `APVS_` variables name. With the indexes
 * that production has of itself.
 * @param withOwnerIndexes also those that its owner adds for us: where it is about speed
 */
export async function createTestDatabase({ withOwnerIndexes = false } = {}): Promise<TestDatabase> {
  const database = process.env.DATABASE_TESTS === 'mssql' ? await onSqlServer() : inFile()
  await migrate(database.connection, { withWebApps: true })
  await migrateArchive(database.archive)
  if (!withOwnerIndexes) return database
  await createOwnerIndexes(database.connection)
  await createOwnerIndexes(database.archive, archiveIndexes)
  return database
}

function inFile(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-test-'))
  const env = { DATA_DIR: folder }
  const connection = DatabaseConnection.open(databaseSettings(env))
  const archive = DatabaseConnection.open(archiveDatabaseSettings(env))
  return {
    connection,
    archive,
    env,
    async remove() {
      // Not the one from above: the database may have been restored since.
      await Promise.all([this.connection.close(), archive.close()])
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
  const env = { ...given, APVS_DATABASE: name, APVS_ARCHIVE_DATABASE: `${name}_archive` }
  const names = [env.APVS_DATABASE, env.APVS_ARCHIVE_DATABASE].map((database) => sql.id(database))
  for (const database of names) await sql`create database ${database}`.execute(master.db)
  const connection = DatabaseConnection.open(databaseSettings(env))
  const archive = DatabaseConnection.open(archiveDatabaseSettings(env))
  return {
    connection,
    archive,
    env,
    async remove() {
      await Promise.all([connection.close(), archive.close()])
      for (const database of names) {
        await sql`alter database ${database} set single_user with rollback immediate`.execute(master.db)
        await sql`drop database ${database}`.execute(master.db)
      }
      await master.close()
    },
  }
}
