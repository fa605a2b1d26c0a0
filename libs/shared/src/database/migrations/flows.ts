import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { addLater } from './add-later.js'
import { createTables } from './create-tables.js'

/**
 * Flows, their steps, and the items in the outbox. One flow of a kind and a key, one of a kind under way, one step at a
 * place: whoever comes second is refused by an index.
 */
export async function createFlows(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await createTables(db, dialect, ['AsyncSchema.Flow', 'AsyncSchema.FlowStep'])
  await db.schema
    .createIndex('IX_AsyncSchema_Flow_Key')
    .on('AsyncSchema.Flow')
    .columns(['Kind', 'FlowKey'])
    .unique()
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Flow_UnderWay')
    .on('AsyncSchema.Flow')
    .column('Kind')
    .unique()
    .where(sql.ref('DateEnded'), 'is', null)
    .where(sql.ref('DateStarted'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Flow_Open')
    .on('AsyncSchema.Flow')
    .column('FlowId')
    .where(sql.ref('DateEnded'), 'is', null)
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_FlowStep_Place')
    .on('AsyncSchema.FlowStep')
    .columns(['FlowId', 'Position'])
    .unique()
    .execute()
  await addLater(db, dialect, 'AsyncSchema.Outbox', 'FlowStepId')
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Items')
    .on('AsyncSchema.Outbox')
    .columns(['FlowStepId', 'State', 'DateEnded'])
    .where(sql.ref('FlowStepId'), 'is not', null)
    .execute()
}
