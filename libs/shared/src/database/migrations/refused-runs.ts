import { sql, type Kysely } from 'kysely'
import type { Database } from '../schema/tables.js'

/**
 * The Task rows that were refused as they were taken up, a few of all there are: those whose data is to go are found among
 * them. The names of states are as they were when this was written.
 */
export async function createRefusedRuns(db: Kysely<Database>): Promise<void> {
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Refused')
    .on('AsyncSchema.Outbox')
    .columns(['TaskSchema', 'TaskId', 'DateEnded'])
    .where(sql.ref('Subject'), '=', '')
    .where(sql.ref('State'), '=', 'FAILED')
    .execute()
}
