import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import mssql from 'mssql'

const isolationLevels: Partial<
  Record<NonNullable<TransactionSettings['isolationLevel']>, mssql.IIsolationLevel>
> = {
  'read committed': mssql.ISOLATION_LEVEL.READ_COMMITTED,
  serializable: mssql.ISOLATION_LEVEL.SERIALIZABLE,
  snapshot: mssql.ISOLATION_LEVEL.SNAPSHOT,
}

/** SQL Server through the pool of `mssql`; a transaction keeps one connection of the pool to itself. */
export class MssqlDriver implements Driver {
  constructor(private readonly pool: mssql.ConnectionPool) {}

  async init(): Promise<void> {
    await this.pool.connect()
  }

  acquireConnection(): Promise<MssqlConnection> {
    return Promise.resolve(new MssqlConnection(this.pool))
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  async beginTransaction(connection: MssqlConnection, settings: TransactionSettings): Promise<void> {
    const transaction = new mssql.Transaction(this.pool)
    // Without a listener, a connection that breaks inside a transaction would end the process.
    transaction.on('error', () => undefined)
    await transaction.begin(settings.isolationLevel && isolationLevels[settings.isolationLevel])
    connection.transaction = transaction
  }

  async commitTransaction(connection: MssqlConnection): Promise<void> {
    await connection.transaction?.commit()
    connection.transaction = undefined
  }

  async rollbackTransaction(connection: MssqlConnection): Promise<void> {
    const transaction = connection.transaction
    connection.transaction = undefined
    try {
      await transaction?.rollback()
    } catch (error) {
      // The server has rolled back by itself (a deadlock, a lost connection): the first error is the one to tell.
      if (!(error instanceof mssql.TransactionError)) throw error
    }
  }

  async destroy(): Promise<void> {
    await this.pool.close()
  }
}

class MssqlConnection implements DatabaseConnection {
  transaction: mssql.Transaction | undefined

  constructor(private readonly pool: mssql.ConnectionPool) {}

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const request = this.transaction ? new mssql.Request(this.transaction) : new mssql.Request(this.pool)
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
