import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import { tables, type Database } from '../schema/tables.js'

/** Since when a delivery is tried in vain: how long that may be is counted from the first try, and not from when it was due. */
export async function noteFirstTries(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  const { DateFirstTried } = tables['AsyncSchema.WebhookDelivery']
  await db.schema
    .alterTable('AsyncSchema.WebhookDelivery')
    .addColumn('DateFirstTried', sql.raw(dialect.columnType(DateFirstTried)))
    .execute()
}
