import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import { OwnError, OwnRangeError } from '../../logging/index.js'
import { mostParameters } from '../dialect.js'
import { isList, type ListedQuery, type ListResult } from '../statement-list.js'
import type { OpenFile } from './open-file.js'
import { whileBusy } from './while-busy.js'

/** In the hands of one user at a time, who waits for a turn at the file with each transaction, or each lone query. */
export class SqliteConnection implements DatabaseConnection {
  /** What to undo where the transaction fails; undefined outside of one. */
  private undo: 'savepoint' | 'everything' | undefined

  constructor(private readonly file: OpenFile) {}

  async begin(): Promise<void> {
    await this.file.turn()
    try {
      this.undo = await this.file.begin()
    } catch (error) {
      void this.file.passOn()
      throw error
    }
  }

  /** Resolves when all of it is on disk. @throws where nothing of it is */
  async commit(): Promise<void> {
    const { undo } = this
    if (!undo) return
    this.undo = undefined
    let onDisk: Promise<void>
    try {
      this.file.keep(undo)
    } finally {
      onDisk = this.file.passOn()
    }
    await onDisk
  }

  /** What has ended already is left as it is. */
  rollback(): void {
    const { undo } = this
    if (!undo) return
    this.undo = undefined
    try {
      this.file.undo(undo)
    } finally {
      void this.file.passOn()
    }
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.undo) {
      this.file.assertThere()
      return this.execute<R>(query)
    }
    await this.file.turn()
    let result: QueryResult<R>
    let onDisk: Promise<void>
    try {
      result = await this.execute<R>(query)
    } finally {
      onDisk = this.file.passOn()
    }
    // What it has read may be another one's that is not committed yet.
    await onDisk
    return result
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    await Promise.resolve()
    throw new OwnError('streaming is not supported: read in pages by key')
  }

  private async execute<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (!isList(query)) return this.executeOne<R>(query)
    const results: QueryResult<R>[] = []
    for (const statement of query.statements) results.push(await this.executeListed<R>(statement))
    const answers = results.map(({ rows }) => rows)
    const numAffectedRows = results.reduce((sum, { numAffectedRows: more = 0n }) => sum + more, 0n)
    const result: ListResult<R> = { rows: answers[0] ?? [], answers, numAffectedRows }
    return result
  }

  private async executeListed<R>(statement: ListedQuery): Promise<QueryResult<R>> {
    const { instead, orElse, answered } = statement
    let result = await this.executeOne<R>(statement)
    if (instead && changedNothing(result)) result = await this.executeOne<R>(instead)
    if (orElse && changedNothing(result)) throw orElse()
    answered?.(result.rows)
    return result
  }

  private async executeOne<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // What SQL Server would refuse is not to be found out there.
    if (parameters.length > mostParameters) throw new OwnRangeError('a statement has too many parameters')
    const values = parameters.map(toSqlite)
    const prepared = await this.file.prepare(sql)
    // A lone write waits for the lock as a transaction does: what fails busy half way is not to be trusted again.
    if (!prepared.reader && !this.file.inTransaction) await this.file.begin()
    return this.file.inTransaction
      ? this.file.run<R>(sql, prepared, values)
      : whileBusy(() => this.file.run<R>(sql, prepared, values))
  }
}

/** Of a statement that gives back what it changed, its rows. */
const changedNothing = ({ numAffectedRows, rows }: QueryResult<unknown>): boolean =>
  !numAffectedRows && !rows.length

/** libsql takes neither booleans nor undefined. */
function toSqlite(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === undefined ? null : value
}
