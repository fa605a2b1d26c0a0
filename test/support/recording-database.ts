import {
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  type CompiledQuery,
  type DatabaseConnection as KyselyConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'
import {
  columnsOf,
  DatabaseConnection,
  FlatNamesCompiler,
  isList,
  mssqlDialect,
  sqliteDialect,
  SqlServerError,
  tables,
  type Database,
  type ListResult,
  type SqlDialect,
  type TableName,
} from '#shared/database'

const samples = {
  int: 1,
  bigint: 1,
  bit: true,
  money: 12.34,
  time: '2024-03-09 00:00:00.000',
  text: 'x',
} as const

const rowOf = (table: TableName): Record<string, unknown> =>
  Object.fromEntries(Object.entries(columnsOf(table)).map(([name, { kind }]) => [name, samples[kind]]))

/** A row that has every column of every table. */
const anyRow: Record<string, unknown> = Object.assign(
  {},
  ...Object.keys(tables).map((table) => rowOf(table as TableName)),
) as Record<string, unknown>

/** What a question is answered with; its claim is one that automatic approval considers. */
function sampleRow(sql: string): Record<string, unknown> {
  const [, schema, table] = /^select (?:top\(\d+\) )?\* from "(\w+Schema)(?:"\."|_)(\w+)"/.exec(sql) ?? []
  const row = schema ? rowOf(`${schema}.${table}` as TableName) : anyRow
  const usual = { Status: 'NEW', Task: 'DWP-CHECK' }
  return { ...row, ...Object.fromEntries(Object.entries(usual).filter(([name]) => name in row)) }
}

export interface RecordedStatement {
  readonly database: 'main' | 'archive'
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Finds and changes nothing, breaks a key, or is answered by this row. */
export type Happening = 'nothing' | 'duplicate' | Readonly<Record<string, unknown>>

const asks = /^select|\boutput\b|\breturning\b/

/** Takes down what would be sent to a database, and answers every question with one row. */
export class RecordingDatabase implements Driver {
  readonly statements: RecordedStatement[] = []
  /** What its answers say instead of the usual. */
  answer: Readonly<Record<string, unknown>> = {}
  /** What else happens to statements that look like this, in either dialect. */
  happens: readonly (readonly [RegExp, Happening])[] = []
  readonly connection: DatabaseConnection
  private archive_: RecordingDatabase | undefined

  constructor(
    private readonly dialect: SqlDialect['name'],
    private readonly main?: RecordingDatabase,
  ) {
    const raw = new Kysely<Database>({ dialect: { ...compilers[dialect], createDriver: () => this } })
    this.connection = DatabaseConnection.over(raw, dialect === 'mssql' ? mssqlDialect : sqliteDialect)
  }

  /** The archive beside it, whose statements are taken down with its own. */
  get archive(): RecordingDatabase {
    return (this.archive_ ??= new RecordingDatabase(this.dialect, this))
  }

  init = (): Promise<void> => Promise.resolve()
  acquireConnection = (): Promise<KyselyConnection> => Promise.resolve(this.recorder)
  releaseConnection = (): Promise<void> => Promise.resolve()
  beginTransaction = (): Promise<void> => this.record('begin transaction')
  commitTransaction = (): Promise<void> => this.record('commit')
  rollbackTransaction = (): Promise<void> => this.record('rollback')
  destroy = (): Promise<void> => Promise.resolve()

  private readonly recorder: KyselyConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<ListResult<R>> => {
      const { sql } = query
      const statements = isList(query) ? query.statements : [query]
      // The embedded database takes a list apart.
      for (const sent of this.dialect === 'sqlite' ? statements : [query])
        await this.record(sent.sql, sent.parameters)
      const [, happening] = this.happens.find(([pattern]) => pattern.test(sql)) ?? []
      if (happening === 'duplicate') throw duplicateKeys[this.connection.dialect.name]
      if (happening === 'nothing') return { rows: [], answers: [], numAffectedRows: 0n }
      const answers = statements.map((each) =>
        asks.test(each.sql) ? [this.rowFor(each.sql, happening) as R] : [],
      )
      return { rows: answers[0] ?? [], answers, numAffectedRows: 1n }
    },
    async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
      await Promise.resolve()
      throw new Error('not recorded')
    },
  }

  private rowFor(sql: string, happening: Exclude<Happening, string> | undefined): unknown {
    return { ...sampleRow(sql), ...this.answer, ...happening }
  }

  private record(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    const { statements } = this.main ?? this
    statements.push({ database: this.main ? 'archive' : 'main', sql, parameters })
    return Promise.resolve()
  }
}

const duplicateKeys: Record<SqlDialect['name'], Error> = {
  mssql: new SqlServerError({ number: 2627 }),
  sqlite: Object.assign(new Error('taken'), { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }),
}

const compilers: Record<SqlDialect['name'], Omit<Dialect, 'createDriver'>> = {
  mssql: {
    createAdapter: () => new MssqlAdapter(),
    createIntrospector: (db) => new MssqlIntrospector(db),
    createQueryCompiler: () => new MssqlQueryCompiler(),
  },
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new FlatNamesCompiler(),
  },
}
