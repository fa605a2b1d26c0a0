import {
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection as KyselyConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import {
  columnsOf,
  DatabaseConnection,
  mssqlDialect,
  tables,
  type Database,
  type TableName,
} from '#shared/database'

const samples = { int: 1, bit: true, money: 12.34, time: '2024-03-09 00:00:00.000', text: 'x' } as const

/** A row that has every column of every table; its claim is one that automatic approval considers. */
const sampleRow: Record<string, unknown> = {
  ...Object.fromEntries(
    Object.keys(tables).flatMap((table) =>
      Object.entries(columnsOf(table as TableName)).map(([name, { kind }]) => [name, samples[kind]]),
    ),
  ),
  Status: 'NEW',
  Task: 'DWP-CHECK',
}

/** Takes down what would be sent to SQL Server, and answers every question with one row. */
export class RecordingMssql implements Driver {
  readonly statements: string[] = []
  /** What its answers say instead of the usual. */
  answer: Readonly<Record<string, unknown>> = {}
  private readonly raw = new Kysely<Database>({
    dialect: {
      createAdapter: () => new MssqlAdapter(),
      createDriver: () => this,
      createIntrospector: (db) => new MssqlIntrospector(db),
      createQueryCompiler: () => new MssqlQueryCompiler(),
    },
  })
  readonly connection = DatabaseConnection.over(this.raw, mssqlDialect)

  init = (): Promise<void> => Promise.resolve()
  acquireConnection = (): Promise<KyselyConnection> => Promise.resolve(this.recorder)
  releaseConnection = (): Promise<void> => Promise.resolve()
  beginTransaction = (): Promise<void> => this.record('begin transaction')
  commitTransaction = (): Promise<void> => this.record('commit')
  rollbackTransaction = (): Promise<void> => this.record('rollback')
  destroy = (): Promise<void> => Promise.resolve()

  private readonly recorder: KyselyConnection = {
    executeQuery: async <R>({ sql }: CompiledQuery): Promise<QueryResult<R>> => {
      await this.record(sql)
      const asks = /^select|\boutput\b/.test(sql)
      return { rows: asks ? [{ ...sampleRow, ...this.answer } as R] : [], numAffectedRows: 1n }
    },
    async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
      await Promise.resolve()
      throw new Error('not recorded')
    },
  }

  private record(statement: string): Promise<void> {
    this.statements.push(statement)
    return Promise.resolve()
  }
}
