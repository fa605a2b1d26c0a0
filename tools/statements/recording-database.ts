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
  LazyTransaction,
  mssqlDialect,
  sqliteDialect,
  SqlServerError,
  tables,
  type Database,
  type ListedQuery,
  type ListResult,
  type SqlDialect,
  type StatementList,
  type TableName,
  type Wire,
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
  acquireConnection = (): Promise<Recorder> =>
    Promise.resolve(new Recorder((query, on) => this.ask(query, on)))
  releaseConnection = (): Promise<void> => Promise.resolve()
  destroy = (): Promise<void> => Promise.resolve()

  /** What is sent when: to SQL Server, as its driver does. */
  async beginTransaction(on: Recorder): Promise<void> {
    if (this.dialect === 'mssql') on.transaction = new LazyTransaction(this.wire)
    else await this.record('begin transaction')
  }

  commitTransaction = (on: Recorder): Promise<void> => this.ended(on, 'commit')
  rollbackTransaction = (on: Recorder): Promise<void> => this.ended(on, 'rollback')

  private ended({ transaction }: Recorder, how: 'commit' | 'rollback'): Promise<void> {
    return transaction ? transaction[how]() : this.record(how)
  }

  private readonly wire: Wire = {
    begin: () => this.record('begin transaction'),
    commit: () => this.record('commit'),
    rollback: () => this.record('rollback'),
    send: (list) => this.send(list),
    sendWhole: (list) => this.send(list),
  }

  private async ask<R>(query: CompiledQuery, { transaction }: Recorder): Promise<ListResult<R>> {
    const { sql } = query
    const statements: readonly ListedQuery[] = isList(query) ? query.statements : [query]
    if (transaction) await transaction.executeQuery(query)
    else if (this.dialect === 'mssql') await this.record(sql, query.parameters)
    else await this.runApart(statements)
    const [, happening] = this.happens.find(([pattern]) => pattern.test(sql)) ?? []
    if (happening === 'duplicate') throw duplicateKeys[this.connection.dialect.name]
    if (happening === 'nothing') return { rows: [], answers: [], numAffectedRows: 0n }
    const answers = statements.map((each) =>
      asks.test(each.sql) ? [this.rowFor(each.sql, happening) as R] : [],
    )
    return { rows: answers[0] ?? [], answers, numAffectedRows: 1n }
  }

  private async send<R>(list: StatementList): Promise<ListResult<R>> {
    await this.record(list.sql, list.parameters)
    const answers = list.statements
      .filter(({ sql }) => asks.test(sql))
      .map(({ sql }) => [this.rowFor(sql, undefined) as R])
    return { rows: [], answers, numAffectedRows: 1n }
  }

  /** The embedded database takes a list apart. */
  private async runApart(statements: readonly ListedQuery[]): Promise<void> {
    for (const { sql, parameters, instead, answered } of statements) {
      await this.record(sql, parameters)
      if (instead) await this.record(instead.sql, instead.parameters)
      answered?.([this.rowFor(sql, undefined)])
    }
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

class Recorder implements KyselyConnection {
  transaction: LazyTransaction | undefined

  constructor(private readonly ask: (query: CompiledQuery, on: Recorder) => Promise<QueryResult<unknown>>) {}

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.ask(query, this) as Promise<QueryResult<R>>
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    await Promise.resolve()
    throw new Error('not recorded')
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
