import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { addLater } from './add-later.js'

/** As the state was called when this was written. */
const waiting = 'WAITING'

/**
 * A message may wait for its moment. Those that wait are found by it, and are in nobody's way: what is looked for among
 * the owed ones is looked for in an index without them.
 */
export async function createWaiting(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await addLater(db, dialect, 'AsyncSchema.Outbox', 'DateNotBefore')
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Waiting')
    .on('AsyncSchema.Outbox')
    .column('DateNotBefore')
    .where(sql.ref('State'), '=', waiting)
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_UnderWay')
    .on('AsyncSchema.Outbox')
    .column('DateLastHeard')
    .where(sql.ref('DateEnded'), 'is', null)
    .where(sql.ref('State'), '<>', waiting)
    .execute()
  const owed = db.schema.dropIndex('IX_AsyncSchema_Outbox_Owed')
  // In SQL Server the name is one of the table's.
  await (dialect.name === 'sqlite' ? owed : owed.on('AsyncSchema.Outbox')).execute()
}
