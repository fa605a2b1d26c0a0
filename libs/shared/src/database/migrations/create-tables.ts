import { sql, type CreateTableBuilder, type Kysely } from 'kysely'
import type { Column } from '../schema/columns.js'
import type { SqlDialect } from '../dialect.js'
import { columnsOf, type Database, type TableName } from '../schema/tables.js'

/**
 * Creates tables as their column lists say, parents before children, with their keys and the indexes that production
 * has. What else the web apps' tables need is in `owner-indexes.ts`.
 */
export async function createTables(
  db: Kysely<Database>,
  dialect: SqlDialect,
  names: readonly TableName[],
): Promise<void> {
  for (const schema of new Set(names.map(schemaOf))) await createSchema(db, dialect, schema)
  for (const name of names) {
    await createTable(db, dialect, name)
    await createIndexes(db, name)
  }
}

const schemaOf = (name: TableName): string => name.split('.')[0] ?? ''
const plainName = (name: TableName): string => name.replace('.', '_')

async function createSchema(db: Kysely<Database>, dialect: SqlDialect, schema: string): Promise<void> {
  if (dialect.name === 'sqlite') return
  await sql`if schema_id(${sql.lit(schema)}) is null exec(${sql.lit(`create schema ${schema}`)})`.execute(db)
}

async function createTable(db: Kysely<Database>, dialect: SqlDialect, name: TableName): Promise<void> {
  const columns = Object.entries(columnsOf(name)).filter(([, { addedLater }]) => !addedLater)
  const keys = columns.filter(([, column]) => column.primaryKey).map(([column]) => column)
  let table: CreateTableBuilder<string, never> = db.schema.createTable(name)
  for (const [column, definition] of columns)
    table = addColumn(table, dialect, name, column, definition, keys)
  if (keys.length > 1) table = table.addPrimaryKeyConstraint(`PK_${plainName(name)}`, keys as never[])
  await table.execute()
}

function addColumn(
  table: CreateTableBuilder<string, never>,
  dialect: SqlDialect,
  tableName: TableName,
  name: string,
  column: Column,
  keys: readonly string[],
): CreateTableBuilder<string, never> {
  return table.addColumn(name as never, sql.raw(dialect.columnType(column)), (builder) => {
    let built = builder
    if (!column.nullable) built = built.notNull()
    if (column.primaryKey && keys.length === 1) built = built.primaryKey()
    if (column.identity) built = dialect.identity(built)
    if (column.unique) built = built.unique()
    if (column.default !== undefined) {
      built = built.defaultTo(column.default === 'now' ? sql.raw(dialect.now) : sql.lit(1))
    }
    if (column.references) built = built.references(`${schemaOf(tableName)}.${column.references}`)
    return built
  })
}

async function createIndexes(db: Kysely<Database>, name: TableName): Promise<void> {
  for (const [column, { index }] of Object.entries(columnsOf(name))) {
    if (!index) continue
    await db.schema
      .createIndex(`IX_${plainName(name)}_${column}`)
      .on(name)
      .column(column)
      .execute()
  }
}
