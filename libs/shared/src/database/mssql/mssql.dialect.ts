import {
  CompiledQuery,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  sql,
  type AliasedRawBuilder,
  type Dialect,
} from 'kysely'
import type { MssqlSettings } from '../database.settings.js'
import type { SqlDialect } from '../dialect.js'
import type { Row } from '../tables.js'
import { MssqlDriver } from './mssql.driver.js'
import { isDuplicateKey, isTransient } from './sql-server-errors.js'

const types = { int: 'int', bigint: 'bigint', bit: 'bit', money: 'decimal(8,2)', time: 'datetime2' } as const

export const mssqlDialect: SqlDialect = {
  name: 'mssql',
  first: (query, count) => query.top(count),
  insertReturning: (query, columns) =>
    query.output(columns.map((column) => `inserted.${column}` as const) as never).execute() as never,
  taking: (table, alias) =>
    sql.table(table).as(sql`${sql.ref(alias)} with (updlock, readpast)`) as AliasedRawBuilder<
      Row<typeof table>,
      typeof alias
    >,
  nextNegativeId: (table, column) => {
    const lowest = sql`min(${sql.ref(column)})`
    const from = sql`${sql.table(table)} with (updlock, holdlock)`
    return sql<number>`(select case when ${lowest} < 0 then ${lowest} - 1 else -1 end from ${from})`
  },
  async batch(db, statements) {
    const compiled = statements.map((statement) => statement.compile())
    if (!compiled.length) return 0
    return Number((await db.executeQuery(joinStatements(compiled))).numAffectedRows ?? 0n)
  },
  isDuplicateKey,
  isTransient,
  columnType: ({ kind, length }) => (kind === 'text' ? `nvarchar(${length ?? 'max'})` : types[kind]),
  identity: (column) => column.identity(),
  now: "(cast(sysdatetimeoffset() at time zone 'GMT Standard Time' as datetime2))",
}

/** One text out of several statements, their parameters numbered on. */
export function joinStatements(statements: readonly CompiledQuery[]): CompiledQuery {
  const parameters: unknown[] = []
  const texts = statements.map((statement) => {
    const offset = parameters.length
    parameters.push(...statement.parameters)
    return statement.sql.replace(/@(\d+)/g, (_, number: string) => `@${Number(number) + offset}`)
  })
  return CompiledQuery.raw(texts.join(';\n'), parameters)
}

/** Kysely's view of a SQL Server database. */
export const mssqlKysely = (settings: MssqlSettings): Dialect => ({
  createAdapter: () => new MssqlAdapter(),
  createDriver: () => new MssqlDriver(settings),
  createIntrospector: (db) => new MssqlIntrospector(db),
  createQueryCompiler: () => new MssqlQueryCompiler(),
})
