import Libsql from 'libsql'
import { OwnError } from '../../logging/index.js'
import { SharedCommit } from './shared-commit.js'
import { Statements, type Prepared } from './statements.js'
import { whileBusy } from './while-busy.js'

/**
 * One connection to a file, in one user's turn after the other: a transaction has it for itself until it ends. Those
 * that follow one another directly are one transaction of SQLite's, a savepoint each, and share the flush at its end:
 * each waits for it, and what fails in one is undone in that one only (ADR 36). Other processes have their own
 * connection; SQLite's write-ahead log lets one write and all read.
 */
export class OpenFile {
  private readonly line: (() => void)[] = []
  private readonly statements: Statements
  private taken = false
  private shared: SharedCommit | undefined

  private constructor(private readonly database: Libsql.Database) {
    this.statements = new Statements(database)
  }

  static async open(path: string): Promise<OpenFile> {
    const database = new Libsql(path)
    // Waiting inside SQLite stops the whole process: only a moment of it, then `whileBusy` goes on.
    database.exec('pragma busy_timeout = 2')
    await whileBusy(() => database.exec('pragma journal_mode = wal'))
    database.exec('pragma synchronous = full')
    database.exec('pragma foreign_keys = on')
    return new OpenFile(database)
  }

  /** Waits for one's turn. It ends with `passOn`. */
  async turn(): Promise<void> {
    if (this.taken) await new Promise<void>((resolve) => this.line.push(resolve))
    this.taken = true
  }

  /**
   * Begins a transaction, in one's turn. It takes the write lock: one that read first could not get it later.
   * @returns what to undo where this one fails: a savepoint, or everything
   */
  async begin(): Promise<'savepoint' | 'everything'> {
    if (this.shared) {
      this.database.exec('savepoint mine')
      this.shared.join()
      return 'savepoint'
    }
    await whileBusy(() => this.database.exec('begin immediate'))
    this.shared = new SharedCommit()
    return 'everything'
  }

  /** Keeps what was done in one's turn, to be committed with what follows directly. @throws where it was undone */
  keep(undo: 'savepoint' | 'everything'): void {
    this.assertThere()
    if (undo === 'savepoint') this.database.exec('release mine')
  }

  /** Undoes what was done in one's turn, and nothing else. */
  undo(undo: 'savepoint' | 'everything'): void {
    if (!this.database.inTransaction) return
    if (undo === 'savepoint') this.database.exec('rollback to mine; release mine')
    else this.endShared('rollback')
  }

  /** @throws where SQLite has undone everything by itself, and somebody went on all the same */
  assertThere(): void {
    if (!this.shared) throw new OwnError('the embedded database has undone the transaction')
  }

  get inTransaction(): boolean {
    return this.shared !== undefined
  }

  /** Ends one's turn. @returns when what it kept is on disk; rejects where that failed, and with it what was kept */
  passOn(): Promise<void> {
    const { shared } = this
    if (shared && (!this.line.length || shared.isFull)) this.endShared('commit')
    const next = this.line.shift()
    if (next) next()
    else this.taken = false
    return shared?.ended ?? done
  }

  prepare(sql: string): Promise<Prepared> {
    return whileBusy(() => this.statements.prepare(sql))
  }

  /** Runs a statement, in one's turn. */
  run<R>(sql: string, prepared: Prepared, values: unknown[]) {
    try {
      return this.statements.run<R>(sql, prepared, values)
    } catch (error) {
      // Of some failures (a disk that is full) SQLite undoes everything by itself: nobody's turn was kept.
      if (this.shared && !this.database.inTransaction) {
        this.shared.fail(error)
        this.shared = undefined
      }
      throw error
    }
  }

  close(): void {
    this.statements.forget()
    this.database.close()
  }

  private endShared(how: 'commit' | 'rollback'): void {
    const { shared } = this
    this.shared = undefined
    try {
      this.database.exec(how)
      shared?.succeed()
    } catch (error) {
      if (this.database.inTransaction) this.database.exec('rollback')
      shared?.fail(error)
    }
  }
}

const done = Promise.resolve()
