import {
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  sql,
  type AliasedRawBuilder,
  type Dialect,
  type SqlBool,
} from 'kysely'
import type { MssqlSettings } from '../database.settings.js'
import type { SqlDialect } from '../dialect.js'
import { inLists } from '../statement-list.js'
import type { Row, TableName } from '../schema/tables.js'
import { lastIdentity, together } from './batches.js'
import { MssqlDriver, type Again } from './mssql.driver.js'
import { isDuplicateKey, isTransient } from './sql-server-errors.js'

const types = { int: 'int', bigint: 'bigint', bit: 'bit', money: 'decimal(8,2)', time: 'datetime2' } as const

const hinted = <T extends TableName, A extends string>(table: T, alias: A, hints: string) =>
  sql.table(table).as(sql`${sql.ref(alias)} with (${sql.raw(hints)})`) as AliasedRawBuilder<Row<T>, A>

/** Named, for a server may give a column back by a name of its own. */
const inserted = (columns: readonly string[]) => columns.map((column) => `inserted.${column} as ${column}`)

/** What the builders of an insert and of an update have in common here. */
interface Writing {
  output(columns: never): unknown
}

export const mssqlDialect: SqlDialect = {
  name: 'mssql',
  first: (query, count) => query.top(count),
  returning: (query, columns) => (query as Writing).output(inserted(columns) as never) as never,
  lastId: sql.raw<number>(lastIdentity),
  joined: (...parts) => sql<string>`concat(${sql.join(parts)})`,
  // By locks where rows have versions, too: `readpast` passes over nothing else. And by rows: a page is waited for.
  taking: (table, alias) => hinted(table, alias, 'updlock, readpast, rowlock, readcommittedlock'),
  looking: (table, alias) => hinted(table, alias, 'readpast, rowlock, readcommittedlock'),
  holding: (table, alias) => hinted(table, alias, 'updlock'),
  nextNegativeId: (table, column) => {
    const lowest = sql`min(${sql.ref(column)})`
    const from = sql`${sql.table(table)} with (updlock, holdlock)`
    return sql<number>`(select case when ${lowest} < 0 then ${lowest} - 1 else -1 end from ${from})`
  },
  // A column of SQL Server holds what its type says.
  plainText: (column) => sql<string | null>`${sql.ref(column)}`,
  wholeNumber: (column) => sql<number | null>`${sql.ref(column)}`,
  beyondNumbers: () => sql<SqlBool>`1 = 0`,
  // Its owner's grants decide what a login sees there: what it may read, it sees.
  actualColumns: (tables) =>
    sql`select table_schema + '.' + table_name as "table", column_name as "column" from information_schema.columns where table_schema + '.' + table_name in (${sql.join(tables.map((table) => sql.lit(table)))})`,
  // The same. One that is switched off serves nobody.
  actualIndexes: (tables) => {
    const table = `object_schema_name(i.object_id) + '.' + object_name(i.object_id)`
    return sql`select ${sql.raw(table)} as "table", col_name(k.object_id, k.column_id) as "column", i.filter_definition as "filter" from sys.indexes as i inner join sys.index_columns as k on k.object_id = i.object_id and k.index_id = i.index_id where k.key_ordinal = 1 and i.is_disabled = 0 and ${sql.raw(table)} in (${sql.join(tables.map((name) => sql.lit(name)))})`
  },
  ...inLists(together),
  isDuplicateKey,
  isTransient,
  columnType: ({ kind, length }) => (kind === 'text' ? `nvarchar(${length ?? 'max'})` : types[kind]),
  identity: (column) => column.identity(),
  inMs: (ms) => sql<string>`dateadd(millisecond, ${ms}, cast(sysutcdatetime() as datetime2(3)))`,
  now: "(cast(sysdatetimeoffset() at time zone 'GMT Standard Time' as datetime2))",
}

/** Kysely's view of a SQL Server database. */
export const mssqlKysely = (settings: MssqlSettings, again: Again): Dialect => ({
  createAdapter: () => new MssqlAdapter(),
  createDriver: () => new MssqlDriver(settings, again),
  createIntrospector: (db) => new MssqlIntrospector(db),
  createQueryCompiler: () => new MssqlQueryCompiler(),
})
