import {
  SqliteAdapter,
  SqliteIntrospector,
  sql,
  type AliasedRawBuilder,
  type Dialect,
  type SqlBool,
} from 'kysely'
import type { SqlDialect } from '../dialect.js'
import { inLists, listOf } from '../statement-list.js'
import type { Row } from '../schema/tables.js'
import { FlatNamesCompiler } from './flat-names.compiler.js'
import type { OpenFiles } from './open-files.js'
import { SqliteDriver } from './sqlite.driver.js'

const types = {
  int: 'integer',
  bigint: 'integer',
  bit: 'integer',
  money: 'numeric',
  time: 'text',
  text: 'text',
} as const

/** The embedded database has one writer at a time: a transaction has every row for itself. */
const plainTable: SqlDialect['taking'] = (table, alias) =>
  sql.table(table).as(alias) as AliasedRawBuilder<Row<typeof table>, typeof alias>

/** What the builders of an insert and of an update have in common here. */
interface Writing {
  returning(columns: never): unknown
}

export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  first: (query, count) => query.limit(count),
  returning: (query, columns) => (query as Writing).returning(columns as never) as never,
  lastId: sql<number>`last_insert_rowid()`,
  joined: (...parts) => sql<string>`(${sql.join(parts, sql` || `)})`,
  taking: plainTable,
  looking: plainTable,
  holding: plainTable,
  nextNegativeId: (table, column) =>
    sql<number>`(select min(0, coalesce(min(${sql.ref(column)}), 0)) - 1 from ${sql.table(table)})`,
  plainText: (column, length) => {
    const text = sql.ref(column)
    // Where each character is one byte, there is no NUL and nothing that is no character.
    const ascii = sql`length(cast(${text} as blob)) = length(${text}) and ${text} not glob '*[^' || char(1) || '-~]*'`
    const isPlain = sql`typeof(${text}) = 'text' and ${ascii} and length(${text}) <= ${sql.lit(length)}`
    return sql<string | null>`case when ${isPlain} then ${text} end`
  },
  wholeNumber: (column) =>
    sql<number | null>`case when typeof(${sql.ref(column)}) = 'integer' then ${sql.ref(column)} end`,
  beyondNumbers: (column) =>
    sql<SqlBool>`(${sql.ref(column)} > ${sql.lit(Number.MAX_SAFE_INTEGER)} or ${sql.ref(column)} < ${sql.lit(Number.MIN_SAFE_INTEGER)})`,
  ...inLists((statements) => (statements.length ? [listOf(statements)] : [])),
  actualColumns: (tables) => {
    const names = sql.join(tables.map((table) => sql.lit(table.replace('.', '_'))))
    return sql`select replace(m.name, 'Schema_', 'Schema.') as "table", c.name as "column" from sqlite_master as m, pragma_table_info(m.name) as c where m.name in (${names})`
  },
  actualIndexes: (tables) => {
    const names = sql.join(tables.map((table) => sql.lit(table.replace('.', '_'))))
    const filter = sql`case when i.partial = 1 then substr(d.sql, instr(lower(d.sql), ' where ') + 7) end`
    return sql`select replace(m.name, 'Schema_', 'Schema.') as "table", k.name as "column", ${filter} as "filter" from sqlite_master as m, pragma_index_list(m.name) as i, pragma_index_info(i.name) as k left join sqlite_master as d on d.type = 'index' and d.name = i.name where m.type = 'table' and k.seqno = 0 and m.name in (${names})`
  },
  isDuplicateKey: (error) =>
    error instanceof Error &&
    'code' in error &&
    /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)$/.test(String(error.code)),
  // Its driver waits for a busy file by itself, and there is nothing else that passes.
  isTransient: () => false,
  // Names and addresses compare without regard to case, as they do in SQL Server.
  columnType: ({ kind }) => (kind === 'text' ? 'text collate nocase' : types[kind]),
  identity: (column) => column.autoIncrement(),
  inMs: (ms) => sql<string>`strftime('%Y-%m-%d %H:%M:%f', 'now', (${ms} / 1000.0) || ' seconds')`,
  now: "(strftime('%Y-%m-%d %H:%M:%f', 'now', 'localtime'))",
}

/** Migrations of several services starting at once wait for each other in one transaction. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Kysely's view of an embedded database file. */
export const sqliteKysely = (file: string, files: OpenFiles): Dialect => ({
  createAdapter: () => new TransactionalAdapter(),
  createDriver: () => new SqliteDriver(file, files),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new FlatNamesCompiler(),
})
