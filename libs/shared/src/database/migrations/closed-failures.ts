import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import { tables, type Database } from '../schema/tables.js'

/** Which failure somebody has closed: it is told by the row's own time, and not by comparing two machines' clocks. */
export async function noteClosedFailures(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  const { DateFailed } = tables['AsyncSchema.TaskClosed']
  await db.schema
    .alterTable('AsyncSchema.TaskClosed')
    .addColumn('DateFailed', sql.raw(dialect.columnType(DateFailed)))
    .execute()
}
