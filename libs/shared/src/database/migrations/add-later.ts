import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import { tables, type Database } from '../schema/tables.js'

/** A column that a table did not have when it was created: `addedLater` in the schema. What it is for is said there. */
export async function addLater<Table extends keyof typeof tables>(
  db: Kysely<Database>,
  dialect: SqlDialect,
  table: Table,
  column: keyof (typeof tables)[Table] & string,
): Promise<void> {
  const type = sql.raw(dialect.columnType(tables[table][column] as Parameters<SqlDialect['columnType']>[0]))
  await db.schema.alterTable(table).addColumn(column, type).execute()
}
