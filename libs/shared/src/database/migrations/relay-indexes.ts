import { sql, type Kysely } from 'kysely'
import type { Database } from '../tables.js'

/** The indexes the relay looks through on every poll; the only things added to the web apps' tables. */
export async function createRelayIndexes(db: Kysely<Database>): Promise<void> {
  for (const schema of ['ExtSchema', 'IntSchema'] as const) {
    await db.schema
      .createIndex(`IX_${schema}_Task_Pending`)
      .on(`${schema}.Task`)
      .column('TaskId')
      .where(sql.ref('Status'), '=', 'PENDING')
      .execute()
  }
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Task')
    .on('AsyncSchema.Outbox')
    .columns(['TaskSchema', 'TaskId', 'Run'])
    .unique()
    .where('TaskId', 'is not', null)
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Owed')
    .on('AsyncSchema.Outbox')
    .column('DateLastHeard')
    .where(sql.ref('DateEnded'), 'is', null)
    .execute()
}
