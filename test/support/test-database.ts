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
  SqlServerError,
  type DatabaseSettings,
} from '#shared/database'
import { onServer } from './on-server.js'
import { copyTemplate } from './template.js'
import { until } from './until.js'
import { dropLogin, grantByScript, makeLogin, type GrantScript } from './worker-login.js'

/** A migrated database of a test's own, the web apps' tables included. */
export interface TestDatabase {
  readonly connection: DatabaseConnection
  /** The archive beside it. */
  readonly archive: DatabaseConnection
  /** What a service needs to open the same one; on SQL Server, under a login that may do what `deploy/sql` grants. */
  readonly env: Environment
  /** In its place, what leads to where no database is. */
  readonly nowhere: Environment
  remove(): Promise<void>
}

/**
 * Database files; with `DATABASE_TESTS=mssql`, databases on the SQL Server that the `APVS_` variables name. With the indexes
 * that production has of itself.
 * @param withOwnerIndexes also those that its owner adds for us: where it is about speed
 */
export async function createTestDatabase({ withOwnerIndexes = false } = {}): Promise<TestDatabase> {
  const database = await (onServer ? onSqlServer() : onFiles())
  if (!withOwnerIndexes) return database
  await createOwnerIndexes(database.connection)
  await createOwnerIndexes(database.archive, archiveIndexes)
  return database
}

async function makeTables({ connection, archive }: Pick<TestDatabase, 'connection' | 'archive'>) {
  await migrate(connection, { withWebApps: true })
  await migrateArchive(archive)
}

async function onFiles(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-test-'))
  await copyTemplate(folder, async (made) => {
    const database = inFolder(made)
    await makeTables(database)
    await Promise.all([database.connection.close(), database.archive.close()])
  })
  return inFolder(folder)
}

function inFolder(folder: string): TestDatabase {
  const env = { DATA_DIR: folder }
  const connection = DatabaseConnection.open(databaseSettings(env))
  const archive = DatabaseConnection.open(archiveDatabaseSettings(env))
  return {
    connection,
    archive,
    env,
    nowhere: { DATA_DIR: '/nowhere' },
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
  const owners = { ...given, APVS_DATABASE: name, APVS_ARCHIVE_DATABASE: `${name}_archive` }
  const names = [owners.APVS_DATABASE, owners.APVS_ARCHIVE_DATABASE]
  const inMaster = <T>(work: (master: DatabaseConnection) => Promise<T>) =>
    using(DatabaseConnection.open(databaseSettings({ ...given, APVS_DATABASE: 'master' })), work)
  const connection = DatabaseConnection.open(databaseSettings(owners))
  const archive = DatabaseConnection.open(archiveDatabaseSettings(owners))
  const remove = async () => {
    await Promise.all([connection.close(), archive.close()])
    await inMaster(async (master) => {
      for (const database of names) await dropDatabase(master, database)
      await dropLogin(master, name)
    })
  }
  try {
    const worker = await inMaster(async (master) => {
      for (const database of names) await makeDatabase(master, database)
      return makeLogin(master, name)
    })
    await makeTables({ connection, archive })
    // On connections of their own: a script's settings (`nocount`) stay with its connection.
    const alone = (settings: DatabaseSettings, script: GrantScript) =>
      using(DatabaseConnection.open(settings), (owner) => grantByScript(owner, worker, script))
    await alone(databaseSettings(owners), 'grants.sql')
    await alone(archiveDatabaseSettings(owners), 'archive-grants.sql')
    const login = {
      APVS_ASYNC_WORKER_USERNAME: worker.name,
      APVS_ASYNC_WORKER_PASSWORD: worker.password,
    }
    // Nothing listens there.
    const nowhere = { APVS_DATABASE_SERVER: '127.0.0.1,1' }
    return { connection, archive, env: { ...owners, ...login }, nowhere, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function using<T>(
  connection: DatabaseConnection,
  work: (connection: DatabaseConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

const isNumber = (error: unknown, number: number): boolean =>
  error instanceof SqlServerError && error.number === number

/** The server copies its model for one new database at a time, and refuses whoever wants another one meanwhile. */
const modelIsTaken = 1807

async function makeDatabase({ db }: DatabaseConnection, name: string): Promise<void> {
  const made = async () => {
    try {
      await sql`create database ${sql.id(name)}`.execute(db)
      return true
    } catch (error) {
      if (isNumber(error, modelIsTaken)) return false
      throw error
    }
  }
  await until(`the database ${name} is made`, made, 60_000, 100)
}

/** Somebody is connected to it. */
const inUse = 3702

async function dropDatabase({ db }: DatabaseConnection, name: string): Promise<void> {
  const drop = () => sql`drop database if exists ${sql.id(name)}`.execute(db)
  try {
    await drop()
  } catch (error) {
    if (!isNumber(error, inUse)) throw error
    await sql`alter database ${sql.id(name)} set single_user with rollback immediate`.execute(db)
    await drop()
  }
}
