import { setTimeout as delay } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import Libsql from 'libsql'
import { mostParameters } from '../dialect.js'
import { isList, type ListedQuery, type ListResult } from '../statement-list.js'
import { OwnError, OwnRangeError } from '../../logging/index.js'

interface Prepared {
  readonly statement: Libsql.Statement<unknown[]>
  /** It gives rows. Asking libsql each time costs a good part of a small statement. */
  readonly reader: boolean
}

/**
 * One connection of this process to the embedded database, handed to one user at a time: a transaction has it
 * for itself until it ends. Other processes have theirs; SQLite's write-ahead log lets one write and all read.
 */
export class SqliteDriver implements Driver {
  private database: Libsql.Database | undefined
  private connection: SqliteConnection | undefined
  private last: Promise<void> = Promise.resolve()
  private release: () => void = () => undefined

  constructor(private readonly file: string) {}

  // Kysely asks for promises; SQLite answers at once.
  /* eslint-disable @typescript-eslint/require-await */
  async init(): Promise<void> {
    this.database = new Libsql(this.file)
    // Waiting inside SQLite stops the whole process: only a moment of it, then `whileBusy` goes on.
    this.database.exec('pragma busy_timeout = 2')
    await whileBusy(() => this.database?.exec('pragma journal_mode = wal'))
    this.database.exec('pragma synchronous = full')
    this.database.exec('pragma foreign_keys = on')
    this.connection = new SqliteConnection(this.database)
  }

  async acquireConnection(): Promise<SqliteConnection> {
    const before = this.last
    let release: () => void = () => undefined
    this.last = new Promise((resolve) => (release = resolve))
    await before
    this.release = release
    if (this.connection) return this.connection
    release()
    throw new OwnError('the embedded database is not open')
  }

  async releaseConnection(): Promise<void> {
    this.release()
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    await connection.begin()
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    connection.end('commit')
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    connection.end('rollback')
  }

  async destroy(): Promise<void> {
    this.connection?.forget()
    this.database?.close()
    this.database = undefined
  }
  /* eslint-enable @typescript-eslint/require-await */
}

class SqliteConnection implements DatabaseConnection {
  private readonly statements = new Map<string, Prepared>()

  private inTransaction = false

  constructor(private readonly database: Libsql.Database) {}

  /** Takes the write lock at the start: a transaction that read first could not get it later. */
  async begin(): Promise<void> {
    await whileBusy(() => this.database.exec('begin immediate'))
    this.inTransaction = true
  }

  end(how: 'commit' | 'rollback'): void {
    this.database.exec(how)
    this.inTransaction = false
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!isList(query)) return this.execute<R>(query)
    const results: QueryResult<R>[] = []
    for (const statement of query.statements) results.push(await this.executeListed<R>(statement))
    const answers = results.map(({ rows }) => rows)
    const numAffectedRows = results.reduce((sum, { numAffectedRows: more = 0n }) => sum + more, 0n)
    const result: ListResult<R> = { rows: answers[0] ?? [], answers, numAffectedRows }
    return result
  }

  private async executeListed<R>(statement: ListedQuery): Promise<QueryResult<R>> {
    const { instead, orElse, answered } = statement
    let result = await this.execute<R>(statement)
    if (instead && changedNothing(result)) result = await this.execute<R>(instead)
    if (orElse && changedNothing(result)) throw orElse()
    answered?.(result.rows)
    return result
  }

  private async execute<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // What SQL Server would refuse is not to be found out there.
    if (parameters.length > mostParameters) throw new OwnRangeError('a statement has too many parameters')
    const values = parameters.map(toSqlite)
    const prepared = await whileBusy(() => this.prepare(sql))
    if (prepared.reader || this.inTransaction) return whileBusy(() => this.run<R>(sql, prepared, values))
    // A lone write waits for its turn as a transaction does: what fails busy half way is not to be trusted again.
    await this.begin()
    try {
      const result = this.run<R>(sql, prepared, values)
      this.end('commit')
      return result
    } catch (error) {
      this.end('rollback')
      throw error
    }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    await Promise.resolve()
    throw new OwnError('streaming is not supported: read in pages by key')
  }

  forget(): void {
    this.statements.clear()
  }

  private run<R>(sql: string, { statement, reader }: Prepared, values: unknown[]): QueryResult<R> {
    try {
      if (reader) return { rows: statement.all(...values) as R[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    } catch (error) {
      this.statements.delete(sql)
      throw error
    }
  }

  private prepare(sql: string): Prepared {
    const known = this.statements.get(sql)
    if (known) return known
    // Statements with a list of values differ by its length; the cache stays small all the same.
    if (this.statements.size >= 500) this.statements.clear()
    const statement = this.database.prepare<unknown[]>(sql)
    const prepared = { statement, reader: statement.reader }
    this.statements.set(sql, prepared)
    return prepared
  }
}

/** Of a statement that gives back what it changed, its rows. */
const changedNothing = ({ numAffectedRows, rows }: QueryResult<unknown>): boolean =>
  !numAffectedRows && !rows.length

const busyMs = 10_000
/** About as long as a transaction takes: whoever waits longer leaves the lock unused. */
const longestPauseMs = 4

/** Tries again while another process writes, for a while, and lets this one do other things meanwhile. */
async function whileBusy<T>(attempt: () => T): Promise<T> {
  const deadline = performance.now() + busyMs
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
      if (!busy || performance.now() > deadline) throw error
    }
    await delay(Math.random() * longestPauseMs)
  }
}

/** libsql takes neither booleans nor undefined. */
function toSqlite(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === undefined ? null : value
}
