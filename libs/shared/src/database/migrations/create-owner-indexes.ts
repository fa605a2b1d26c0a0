import { sql, type Kysely } from 'kysely'
import type { DatabaseConnection } from '../connection.js'
import { missingIndexes, ownerIndexes, type OwnerIndex } from '../schema/owner-indexes.js'
import type { Database } from '../schema/tables.js'

/** The statement that makes one. */
export const indexCreation = (db: Kysely<Database>, { name, table, column, status }: OwnerIndex) =>
  db.schema
    .createIndex(name)
    .on(table)
    .column(column)
    .$call((creation) => (status === undefined ? creation : creation.where(sql.ref('Status'), '=', status)))

/**
 * Makes those that are missing, as their owner would: for the embedded database, tests and a local SQL Server. Doing it
 * again does nothing.
 */
export async function createOwnerIndexes(
  connection: DatabaseConnection,
  wanted: readonly OwnerIndex[] = ownerIndexes,
): Promise<void> {
  // A service that starts with all of them in place need not wait for those that write.
  if (!(await missingIndexes(connection, wanted)).length) return
  await connection.transaction(async (db) => {
    const { dialect } = connection
    // Services that start together wait for each other, and look again.
    for (const index of await missingIndexes({ db, dialect }, wanted))
      await indexCreation(db, index).execute()
  })
}
