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

/**
 * Makes the embedded database and its archive, with the indexes that an owner adds. Where a SQL Server is named, it has an
 * owner, and nothing is done. Doing it again does nothing.
 * @returns the names of the database's migrations that were applied now
 * @throws SettingsError where the environment is malformed
 */
export async function makeEmbeddedDatabase(env: Environment): Promise<string[]> {
  const settings = databaseSettings(env)
  if (settings.kind !== 'sqlite') return []
  const applied = await opened(DatabaseConnection.open(settings), async (database) => {
    const migrations = await migrate(database, { withWebApps: true })
    await createOwnerIndexes(database)
    return migrations
  })
  await opened(DatabaseConnection.open(archiveDatabaseSettings(env)), async (archive) => {
    await migrateArchive(archive)
    await createOwnerIndexes(archive, archiveIndexes)
  })
  return applied
}

async function opened<T>(
  connection: DatabaseConnection,
  work: (connection: DatabaseConnection) => Promise<T>,
): Promise<T> {
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}
