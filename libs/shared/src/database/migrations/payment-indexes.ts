import { sql, type Kysely } from 'kysely'
import type { Database } from '../schema/tables.js'

/** What makes a payment one run's only, whatever the timing of several of them. */
export async function createPaymentIndexes(db: Kysely<Database>): Promise<void> {
  await db.schema
    .createIndex('IX_AsyncSchema_Payment_Run')
    .on('AsyncSchema.Payment')
    .columns(['RunId', 'Kind', 'ItemId'])
    .unique()
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Payment_Reserved')
    .on('AsyncSchema.Payment')
    .columns(['Kind', 'ItemId'])
    .unique()
    .where(sql.ref('State'), '=', 'RESERVED')
    .execute()
}
