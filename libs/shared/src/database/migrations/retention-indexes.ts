import { sql, type Kysely } from 'kysely'
import type { Database } from '../schema/tables.js'

/** What is old is found without looking through what is not; what is owed is in none of it. */
export async function createRetentionIndexes(db: Kysely<Database>): Promise<void> {
  await db.schema
    .createIndex('IX_AsyncSchema_Inbox_Started')
    .on('AsyncSchema.Inbox')
    .columns(['DateStarted', 'DateDone'])
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Ended')
    .on('AsyncSchema.Outbox')
    .columns(['TaskSchema', 'DateEnded', 'TaskId'])
    .where(sql.ref('DateEnded'), 'is not', null)
    .execute()
}
