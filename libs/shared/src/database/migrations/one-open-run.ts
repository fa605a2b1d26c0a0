import { sql, type Kysely } from 'kysely'
import type { Database } from '../schema/tables.js'

/** As the states were called when this was written: what has been migrated does not change with the code. */
const state = { toPublish: 'TO-PUBLISH', failed: 'FAILED' } as const

/**
 * No Task row has two runs that are under way, whatever the timing of several relays and operators. And what was never
 * published is found without looking through what was.
 */
export async function createOutboxIndexes(db: Kysely<Database>): Promise<void> {
  await endEarlierRuns(db)
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_OpenRun')
    .on('AsyncSchema.Outbox')
    .columns(['TaskSchema', 'TaskId'])
    .unique()
    .where(sql.ref('DateEnded'), 'is', null)
    .where('TaskId', 'is not', null)
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_ToPublish')
    .on('AsyncSchema.Outbox')
    .column('DateLastHeard')
    .where(sql.ref('State'), '=', state.toPublish)
    .where(sql.ref('DateEnded'), 'is', null)
    .execute()
}

/** An earlier release could leave two runs of one row open: the last one is the row's. */
async function endEarlierRuns(db: Kysely<Database>): Promise<void> {
  await db
    .updateTable('AsyncSchema.Outbox')
    .set((row) => ({
      // Spelt out: a script has no parameters.
      State: sql.lit(state.failed),
      LastReason: sql.lit('superseded'),
      DateEnded: row.ref('DateLastHeard'),
    }))
    .where('DateEnded', 'is', null)
    .where((row) =>
      row.exists(
        row
          .selectFrom('AsyncSchema.Outbox as later')
          .select('later.OutboxId')
          .whereRef('later.TaskSchema', '=', 'AsyncSchema.Outbox.TaskSchema')
          .whereRef('later.TaskId', '=', 'AsyncSchema.Outbox.TaskId')
          .whereRef('later.Run', '>', 'AsyncSchema.Outbox.Run')
          .where('later.DateEnded', 'is', null),
      ),
    )
    .execute()
}
