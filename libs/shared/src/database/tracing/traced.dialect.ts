import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  QueryResult,
  TransactionSettings,
} from 'kysely'
import { conventional, currentSpan, failureCode, type OpenSpan } from '../../telemetry/index.js'
import type { SqlDialect } from '../dialect.js'
import { KnownStatements, type KnownStatement } from './known-statements.js'

const systems = { sqlite: 'sqlite', mssql: 'microsoft.sql_server' } as const

/**
 * A dialect whose statements and transactions have spans, within the span of the work they belong to. What belongs to
 * none (the relay's looking for rows, health checks) has none.
 */
export const tracedDialect = (dialect: Dialect, sql: SqlDialect): Dialect => ({
  createAdapter: () => dialect.createAdapter(),
  createDriver: () =>
    new TracedDriver(dialect.createDriver(), systems[sql.name], (error) => sql.isDuplicateKey(error)),
  createIntrospector: (db) => dialect.createIntrospector(db),
  createQueryCompiler: () => dialect.createQueryCompiler(),
})

class TracedDriver implements Driver {
  private readonly statements
  /** One for each connection, in the hands of one piece of work after the other: Kysely keeps a list of all it gets. */
  private readonly traced = new WeakMap<DatabaseConnection, TracedConnection>()

  constructor(
    private readonly driver: Driver,
    system: string,
    private readonly isDuplicateKey: (error: unknown) => boolean,
  ) {
    this.statements = new KnownStatements({ [conventional.dbSystem]: system })
  }

  init(): Promise<void> {
    return this.driver.init()
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const span = currentSpan()
    const connection = await this.driver.acquireConnection()
    return span?.sampled ? this.tracedFor(span, connection) : connection
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.driver.releaseConnection(plain(connection))
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const begin = () => this.driver.beginTransaction(plain(connection), settings)
    return connection instanceof TracedConnection ? connection.begin(begin) : begin()
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    const commit = () => this.driver.commitTransaction(plain(connection))
    return connection instanceof TracedConnection ? connection.commit(commit) : commit()
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const rollback = () => this.driver.rollbackTransaction(plain(connection))
    return connection instanceof TracedConnection ? connection.rollback(rollback) : rollback()
  }

  destroy(): Promise<void> {
    return this.driver.destroy()
  }

  private tracedFor(span: OpenSpan, connection: DatabaseConnection): TracedConnection {
    const known = this.traced.get(connection)
    if (known) {
      known.span = span
      return known
    }
    const traced = new TracedConnection(connection, span, this.statements, this.isDuplicateKey)
    this.traced.set(connection, traced)
    return traced
  }
}

const plain = (connection: DatabaseConnection): DatabaseConnection =>
  connection instanceof TracedConnection ? connection.connection : connection

/** A connection in the hands of one piece of work at a time. */
class TracedConnection implements DatabaseConnection {
  private transaction: OpenSpan | undefined

  constructor(
    readonly connection: DatabaseConnection,
    /** Of the work at hand. */
    public span: OpenSpan,
    private readonly statements: KnownStatements,
    private readonly isDuplicateKey: (error: unknown) => boolean,
  ) {}

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.traced(this.statements.of(query), () => this.connection.executeQuery<R>(query))
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.connection.streamQuery<R>(query, chunkSize)
  }

  /** The span begins before the transaction: what lies between is the wait for its turn. */
  async begin(begin: () => Promise<void>): Promise<void> {
    const span = this.span.child('transaction', { attributes: this.statements.common })
    this.transaction = span
    try {
      await begin()
      span.event('begun')
    } catch (error) {
      this.endTransaction(failureCode(error))
      throw error
    }
  }

  /** From this event to the span's end is the commit. */
  async commit(commit: () => Promise<void>): Promise<void> {
    this.transaction?.event('commit')
    try {
      await commit()
    } catch (error) {
      this.endTransaction(failureCode(error))
      throw error
    }
    this.endTransaction()
  }

  async rollback(rollback: () => Promise<void>): Promise<void> {
    try {
      await rollback()
    } finally {
      this.endTransaction('rolled-back')
    }
  }

  private endTransaction(failure?: string): void {
    if (failure !== undefined) this.transaction?.fail(failure)
    this.transaction?.end()
    this.transaction = undefined
  }

  private async traced<T>({ name, options }: KnownStatement, work: () => Promise<T>): Promise<T> {
    const span = (this.transaction ?? this.span).child(name, options)
    try {
      return await work()
    } catch (error) {
      // A key that is there already is the answer to a question, not a failure.
      if (this.isDuplicateKey(error)) span.event('key is there already')
      else span.fail(failureCode(error))
      throw error
    } finally {
      span.end()
    }
  }
}
