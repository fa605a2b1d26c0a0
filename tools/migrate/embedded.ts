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
 * @throws SettingsError where the environment is malformed
 */
export async function makeEmbeddedDatabase(env: Environment): Promise<void> {
  const settings = databaseSettings(env)
  if (settings.kind !== 'sqlite') return
  await opened(DatabaseConnection.open(settings), async (database) => {
    await migrate(database, { withWebApps: true })
    await createOwnerIndexes(database)
  })
  await opened(DatabaseConnection.open(archiveDatabaseSettings(env)), async (archive) => {
    await migrateArchive(archive)
    await createOwnerIndexes(archive, archiveIndexes)
  })
}

async function opened(
  connection: DatabaseConnection,
  work: (connection: DatabaseConnection) => Promise<void>,
): Promise<void> {
  try {
    await work(connection)
  } finally {
    await connection.close()
  }
}
