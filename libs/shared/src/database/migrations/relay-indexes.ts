import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'

/** The indexes the relay looks through on every poll; the only things added to the web apps' tables. */
export async function createRelayIndexes(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  for (const schema of ['ExtSchema', 'IntSchema'] as const) await createTaskIndex(db, dialect, schema)
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

/** The owner of the web apps' tables may have created it before. */
async function createTaskIndex(
  db: Kysely<Database>,
  { name }: SqlDialect,
  schema: 'ExtSchema' | 'IntSchema',
): Promise<void> {
  const [table, index] = [`${schema}.Task` as const, `IX_${schema}_Task_Pending`]
  const creation = db.schema
    .createIndex(index)
    .on(table)
    .column('TaskId')
    .where(sql.ref('Status'), '=', 'PENDING')
  if (name === 'sqlite') return creation.ifNotExists().execute()
  const known = sql`select 1 from sys.indexes where name = ${sql.lit(index)} and object_id = object_id(${sql.lit(table)})`
  await sql`if not exists (${known}) ${sql.raw(creation.compile().sql)}`.execute(db)
}
