import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type mssql from 'mssql'
import type { MssqlSettings } from '../database.settings.js'

type Library = typeof mssql

/** SQL Server through the pool of `mssql`; a transaction keeps one connection of the pool to itself. */
export class MssqlDriver implements Driver {
  private library: Library | undefined
  private pool: mssql.ConnectionPool | undefined

  constructor(private readonly settings: MssqlSettings) {}

  /** The library is large: it is loaded only where there is a SQL Server. */
  async init(): Promise<void> {
    this.library = (await import('mssql')).default
    this.pool = new this.library.ConnectionPool(poolConfig(this.settings))
    // A lost idle connection is replaced by the pool; without a listener it would end the process.
    this.pool.on('error', () => undefined)
    await this.pool.connect()
  }

  acquireConnection(): Promise<MssqlConnection> {
    if (!this.library || !this.pool) throw new Error('the database is not connected')
    return Promise.resolve(new MssqlConnection(this.library, this.pool))
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  beginTransaction(connection: MssqlConnection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: MssqlConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: MssqlConnection): Promise<void> {
    return connection.rollback()
  }

  async destroy(): Promise<void> {
    await this.pool?.close()
  }
}

function poolConfig(settings: MssqlSettings): mssql.config {
  return {
    server: settings.server,
    database: settings.database,
    user: settings.user,
    password: settings.password,
    options: {
      encrypt: settings.encrypt,
      trustServerCertificate: settings.trustServerCertificate,
      useUTC: true,
    },
    pool: { max: 10, min: 0, idleTimeoutMillis: 30_000 },
    // Looking at the socket costs nothing; asking the server before every use halves the throughput.
    validateConnection: 'socket',
  }
}

class MssqlConnection implements DatabaseConnection {
  private transaction: mssql.Transaction | undefined

  constructor(
    private readonly library: Library,
    private readonly pool: mssql.ConnectionPool,
  ) {}

  async begin(): Promise<void> {
    const transaction = new this.library.Transaction(this.pool)
    // Without a listener, a connection that breaks inside a transaction would end the process.
    transaction.on('error', () => undefined)
    await transaction.begin()
    this.transaction = transaction
  }

  async commit(): Promise<void> {
    const transaction = this.transaction
    this.transaction = undefined
    await transaction?.commit()
  }

  async rollback(): Promise<void> {
    const transaction = this.transaction
    this.transaction = undefined
    try {
      await transaction?.rollback()
    } catch (error) {
      // The server has rolled back by itself (a deadlock, a lost connection): the first error is the one to tell.
      if (!(error instanceof this.library.TransactionError)) throw error
    }
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { Request } = this.library
    const request = this.transaction ? new Request(this.transaction) : new Request(this.pool)
    parameters.forEach((value, index) => request.input(String(index + 1), value))
    const { recordset, rowsAffected } = await request.query<Record<string, unknown>>(sql)
    const rows = (recordset as Record<string, unknown>[] | undefined) ?? []
    rows.forEach(timesToText)
    return {
      rows: rows as R[],
      numAffectedRows: BigInt(rowsAffected.reduce((sum, count) => sum + count, 0)),
    }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    await Promise.resolve()
    throw new Error('streaming is not supported: read in pages by key')
  }
}

/** `datetime2` arrives as a `Date` whose UTC fields are the stored wall clock. */
function timesToText(row: Record<string, unknown>): void {
  for (const name in row) {
    const value = row[name]
    if (value instanceof Date) row[name] = value.toISOString().replace('T', ' ').slice(0, 23)
  }
}
