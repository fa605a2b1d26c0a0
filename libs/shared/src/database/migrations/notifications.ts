import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { createTables } from './create-tables.js'

/**
 * What became of emails and text messages: what is to be looked up is found by its moment, what is old by when it was sent.
 * A Task row is sent anew once: whoever comes second is refused by an index. And the rows whose data is to go are found
 * by when they ended.
 */
export async function createNotifications(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await createTables(db, dialect, ['AsyncSchema.Notification'])
  const on = (name: string) =>
    db.schema.createIndex(`IX_AsyncSchema_Notification_${name}`).on('AsyncSchema.Notification')
  await on('NextLook').column('DateNextLook').where(sql.ref('DateNextLook'), 'is not', null).execute()
  await on('Sent').column('DateSent').execute()
  await on('Claim').column('Reference').where(sql.ref('Reference'), 'is not', null).execute()
  await on('SentAnew')
    .columns(['TaskSchema', 'TaskId'])
    .unique()
    .where(sql.ref('DateSentAnew'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Notifications')
    .on('AsyncSchema.Outbox')
    .columns(['TaskSchema', 'TaskId', 'DateEnded'])
    .where(sql.ref('Subject'), '=', 'notifications.requested')
    .execute()
}
