import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type mssql from 'mssql'
import type { MssqlSettings } from '../database.settings.js'
import { isList, type ListResult, type StatementList } from '../statement-list.js'
import { lastLineOf } from './batches.js'
import { BorrowedPool } from './borrowed-pool.js'
import { LazyTransaction, type Wire } from './lazy-transaction.js'
import { typedInput } from './mssql.values.js'
import { rowsOf } from './mssql.rows.js'
import { poolConfig } from './pool-config.js'
import { CommitUncertain, failedBefore, leadsElsewhere, SqlServerError } from './sql-server-errors.js'
import { OwnError } from '../../logging/index.js'

export type Library = typeof mssql

/**
 * SQL Server through the pool of `mssql`; a transaction keeps one connection of the pool to itself. It connects when
 * something is asked, and again whenever that is necessary: a server that was away is found as soon as it is back.
 * Every wait is bounded. Whatever fails is a `SqlServerError`.
 */
export class MssqlDriver implements Driver {
  private library: Library | undefined
  private pool: mssql.ConnectionPool | undefined

  /** @param again does what fails for a passing reason again */
  constructor(
    private readonly settings: MssqlSettings,
    private readonly again: Again,
  ) {}

  /** The library is large: it is loaded only where there is a SQL Server. */
  async init(): Promise<void> {
    this.library = (await import('mssql')).default
  }

  /** Connects nothing yet. */
  acquireConnection(): Promise<MssqlConnection> {
    const library = this.library
    if (!library) return Promise.reject(new OwnError('the driver has not been initialised'))
    const pools: Pools = {
      connected: () => this.connected(library),
      failed: (pool, error) => {
        if (leadsElsewhere(error)) this.retire(pool)
      },
    }
    return Promise.resolve(new MssqlConnection(library, pools, this.again))
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  beginTransaction(connection: MssqlConnection): Promise<void> {
    connection.enter()
    return Promise.resolve()
  }

  commitTransaction(connection: MssqlConnection): Promise<void> {
    return connection.leave('commit')
  }

  rollbackTransaction(connection: MssqlConnection): Promise<void> {
    return connection.leave('rollback')
  }

  /** Waits for what is under way, but no longer than a request may take. */
  async destroy(): Promise<void> {
    const pool = this.pool
    this.pool = undefined
    if (pool) await bounded(close(pool), this.settings.requestTimeoutMs)
  }

  /** A pool that did not come up, or whose server is no longer the right one, is replaced; a broken connection it replaces itself. */
  private async connected(library: Library): Promise<mssql.ConnectionPool> {
    const pool = (this.pool ??= newPool(library, this.settings))
    if (pool.connected) return pool
    try {
      // Of several at once, all wait for the same attempt.
      return await pool.connect()
    } catch (error) {
      if (this.pool === pool) this.pool = undefined
      throw new SqlServerError(error)
    }
  }

  private retire(pool: mssql.ConnectionPool): void {
    if (this.pool !== pool) return
    this.pool = undefined
    // What is under way there ends first.
    void close(pool)
  }
}

function newPool(library: Library, settings: MssqlSettings): mssql.ConnectionPool {
  const pool = new library.ConnectionPool(poolConfig(settings))
  // A lost idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  return pool
}

/** Never rejects: nobody could do anything about it. */
async function close(pool: mssql.ConnectionPool): Promise<void> {
  try {
    // A pool that is connecting refuses to be closed.
    if (pool.connecting) await pool.connect()
    await pool.close()
  } catch {
    // It did not connect, or it is closed already.
  }
}

async function bounded(what: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeOut = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([what, timeOut])
  clearTimeout(timer)
}

/**
 * A server may be set not to count rows, and may leave a connection so where a text that does not count ends in an error.
 * On the line of what follows it: lines tell which statement failed.
 */
const withCounts = 'set nocount off; '

/** What decides by the number of its rows what happens next: one that is missing must not count as none. */
const changing: readonly string[] = ['UpdateQueryNode', 'DeleteQueryNode', 'InsertQueryNode']

/** How many counts the server owes at least: whoever adds up those of several statements must have all of them. */
function countsDue(query: CompiledQuery): number {
  const counted = isList(query) ? query.statements.slice(query.uncounted) : [query]
  return counted.filter((each) => changing.includes(each.query.kind)).length
}

/** Does something, and again while it fails for a reason that passes. */
export type Again = <T>(attempt: () => Promise<T>) => Promise<T>

interface Pools {
  /** One with connections to the right server, as far as anybody knows. */
  connected(): Promise<mssql.ConnectionPool>
  /** Told of each failure of something that was asked through a pool. */
  failed(pool: mssql.ConnectionPool, error: SqlServerError): void
}

interface OpenTransaction {
  readonly pool: mssql.ConnectionPool
  readonly transaction: mssql.Transaction
}

/**
 * What happens in a transaction is run again by whoever runs the transaction. A statement outside one is a piece of
 * work of its own and is run again here, also when nobody knows whether it was done: those that change something are
 * such that a second run of them does no harm (`test/mssql-statements.int.test.ts` lists them).
 */
export class MssqlConnection implements DatabaseConnection, Wire {
  private transaction: LazyTransaction | undefined
  private open: OpenTransaction | undefined

  constructor(
    private readonly library: Library,
    private readonly pools: Pools,
    private readonly again: Again,
  ) {}

  /** From here on all that is asked belongs to a transaction; nothing is sent yet. */
  enter(): void {
    this.transaction = new LazyTransaction(this)
  }

  /** @throws CommitUncertain if the commit was sent, and it is not certain that it did not happen */
  async leave(how: 'commit' | 'rollback'): Promise<void> {
    const { transaction } = this
    // A commit that fails before it is sent is rolled back.
    if (how === 'rollback') this.transaction = undefined
    await transaction?.[how]()
    this.transaction = undefined
  }

  executeQuery<R>(query: CompiledQuery): Promise<ListResult<R>> {
    if (this.transaction) return this.transaction.executeQuery<R>(query)
    return this.again(async () => {
      const pool = await this.pools.connected()
      return this.asking(pool, () => this.request<R>(pool, query))
    })
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    await Promise.resolve()
    throw new OwnError('streaming is not supported: read in pages by key')
  }

  async begin(): Promise<void> {
    const pool = await this.pools.connected()
    const transaction = new this.library.Transaction(pool)
    // Without a listener, a connection that breaks inside a transaction would end the process.
    transaction.on('error', () => undefined)
    await this.asking(pool, () => transaction.begin())
    this.open = { pool, transaction }
  }

  async send<R>(list: StatementList): Promise<ListResult<R>> {
    const { open } = this
    if (!open) throw new OwnError('there is no transaction')
    return this.asking(open.pool, () => this.request<R>(open.transaction, list))
  }

  async sendWhole<R>(list: StatementList): Promise<ListResult<R>> {
    const pool = await this.pools.connected()
    const borrowed = new BorrowedPool(pool)
    try {
      return await this.request<R>(borrowed.pool, list)
    } catch (error) {
      const isCertain = !borrowed.wasLent || failedBefore(lastLineOf(list), error)
      throw isCertain ? this.told(pool, error) : new CommitUncertain(error)
    }
  }

  async commit(): Promise<void> {
    const open = this.open
    this.open = undefined
    if (!open) throw new OwnError('there is no transaction to commit')
    try {
      leaveRollbacksToCommit(open.transaction)
      await open.transaction.commit()
    } catch (error) {
      throw wasSent(error) ? new CommitUncertain(error) : this.told(open.pool, error)
    }
  }

  async rollback(): Promise<void> {
    const open = this.open
    this.open = undefined
    try {
      await open?.transaction.rollback()
    } catch {
      // The server has rolled back by itself (a deadlock, a lost connection), and the pool throws such a connection
      // away: the first error is the one to tell.
    }
  }

  private async request<R>(
    through: mssql.ConnectionPool | mssql.Transaction,
    query: CompiledQuery,
  ): Promise<ListResult<R>> {
    const { sql, parameters } = query
    // The two ways to make one are of two overloads.
    const request =
      through instanceof this.library.Transaction
        ? new this.library.Request(through)
        : new this.library.Request(through)
    parameters.forEach((value, index) => {
      const { type, value: sent } = typedInput(this.library, value)
      request.input(String(index + 1), type, sent)
    })
    const { recordsets, rowsAffected } = await request.query<Record<string, unknown>>(withCounts + sql)
    if (rowsAffected.length < countsDue(query))
      throw new OwnError('the server does not say how many rows it changed')
    const answers = recordsets.map((recordset) => rowsOf<R>(this.library, recordset))
    return {
      rows: answers[0] ?? [],
      answers,
      numAffectedRows: BigInt(rowsAffected.reduce((sum, count) => sum + count, 0)),
    }
  }

  private async asking<T>(pool: mssql.ConnectionPool, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw this.told(pool, error)
    }
  }

  private told(pool: mssql.ConnectionPool, cause: unknown): SqlServerError {
    const error = new SqlServerError(cause, true)
    this.pools.failed(pool, error)
    return error
  }
}

/**
 * If the server rolls back instead of committing, the library gives the connection away at once and then fails over its
 * absence where nobody can catch it: this keeps it from doing so.
 */
function leaveRollbacksToCommit(transaction: mssql.Transaction): void {
  ;(transaction as unknown as { _rollbackRequested: boolean })._rollbackRequested = true
}

/**
 * Before it sends anything, the library refuses to commit what the server has rolled back already, and what is on a
 * connection that it knows to be broken.
 */
const neverSent: readonly unknown[] = ['EABORT', 'ENOTBEGUN', 'EREQINPROG', 'EINVALIDSTATE']
const wasSent = (error: unknown): boolean => !neverSent.includes((error as { code?: unknown }).code)
