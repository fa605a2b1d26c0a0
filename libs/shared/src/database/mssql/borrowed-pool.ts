import type mssql from 'mssql'

/** What a pool lends: a connection of the driver under the library. */
interface Connection {
  readonly inTransaction: boolean
  close(): void
}
interface Lender {
  acquire(
    requester: unknown,
    callback: (error: unknown, connection: Connection, config: unknown) => void,
  ): void
  release(connection: Connection): unknown
}

/**
 * A pool for one request that begins and ends a transaction. It knows whether the request got a connection, without
 * which it cannot have been sent; and a connection that comes back in the middle of a transaction, whatever happened to
 * it, is closed: the next one to use it would be in that transaction.
 */
export class BorrowedPool {
  readonly pool: mssql.ConnectionPool
  private lent = false

  constructor(pool: mssql.ConnectionPool) {
    const lender = pool as unknown as Lender
    const borrowed: Lender = {
      acquire: (requester, callback) => {
        lender.acquire(requester, (error, connection, config) => {
          this.lent ||= !error
          callback(error, connection, config)
        })
      },
      release: (connection) => {
        if (connection.inTransaction) connection.close()
        return lender.release(connection)
      },
    }
    this.pool = Object.assign(Object.create(pool), borrowed) as mssql.ConnectionPool
  }

  get wasLent(): boolean {
    return this.lent
  }
}
