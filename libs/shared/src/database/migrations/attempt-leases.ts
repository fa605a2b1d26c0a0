import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import { tables, type Database } from '../schema/tables.js'

/** Until when an attempt is somebody's, by the database's clock: whoever has it, and whoever waits for it, go by the same one. */
export async function leaseAttempts(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  const { DateBusyUntil } = tables['AsyncSchema.Inbox']
  await db.schema
    .alterTable('AsyncSchema.Inbox')
    .addColumn('DateBusyUntil', sql.raw(dialect.columnType(DateBusyUntil)))
    .execute()
}
