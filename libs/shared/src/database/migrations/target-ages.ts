import type { Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'

/** How far a target is, and since when it waits, is counted in an index alone: the one of before had not the time. */
export async function createTargetAges(db: Kysely<Database>, { name }: SqlDialect): Promise<void> {
  await db.schema
    .createIndex('IX_AsyncSchema_ProvisioningEntry_Standing')
    .on('AsyncSchema.ProvisioningEntry')
    .columns(['TargetId', 'Reason', 'ConfirmedVersion', 'WantedVersion', 'DateChanged'])
    .execute()
  const before = db.schema.dropIndex('IX_AsyncSchema_ProvisioningEntry_Target')
  // SQLite's indexes have a name of their own in the schema, SQL Server's one in their table.
  await (name === 'sqlite' ? before : before.on('AsyncSchema.ProvisioningEntry')).execute()
}
