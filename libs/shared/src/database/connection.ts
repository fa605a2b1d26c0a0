import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, sql, type Dialect, type Transaction } from 'kysely'
import { describeError, OwnError } from '../logging/index.js'
import { counted, type Tracing } from '../telemetry/index.js'
import type { DatabaseSettings } from './database.settings.js'
import type { SqlDialect } from './dialect.js'
import { mssqlDialect, mssqlKysely } from './mssql/mssql.dialect.js'
import type { Answers, Known, Question } from './question.js'
import { repeatTransient } from './repeat-transient.js'
import { BitsPlugin } from './sqlite/bits.plugin.js'
import { OpenFiles } from './sqlite/open-files.js'
import { sqliteDialect, sqliteKysely } from './sqlite/sqlite.dialect.js'
import type { Database, TableName } from './schema/tables.js'
import { tracedDialect } from './tracing/traced.dialect.js'

/** An open database: Kysely for the queries, the dialect for what differs. */
export class DatabaseConnection {
  private constructor(
    readonly db: Kysely<Database>,
    readonly dialect: SqlDialect,
    private readonly file?: string,
  ) {}

  /**
   * Opens nothing yet: the first query connects, and connects again after a loss.
   * @param tracing where traces are on: statements then have spans within that of the work they belong to
   * @param files the embedded database's files that others in this process use too, if they do
   */
  static open(
    settings: DatabaseSettings,
    tracing: Tracing | null = null,
    files = new OpenFiles(),
  ): DatabaseConnection {
    const seen = (dialect: Dialect, of: SqlDialect) => (tracing ? tracedDialect(dialect, of) : dialect)
    if (settings.kind === 'sqlite') {
      mkdirSync(dirname(settings.file), { recursive: true })
      const db = new Kysely<Database>({
        dialect: seen(sqliteKysely(settings.file, files), sqliteDialect),
        plugins: [new BitsPlugin()],
      })
      return DatabaseConnection.over(db, sqliteDialect, settings.file)
    }
    const kysely = mssqlKysely(settings, (attempt) => again(mssqlDialect, attempt))
    const db = new Kysely<Database>({ dialect: seen(kysely, mssqlDialect) })
    return DatabaseConnection.over(db, mssqlDialect)
  }

  /** Over a Kysely of one's own. */
  static over(db: Kysely<Database>, dialect: SqlDialect, file?: string): DatabaseConnection {
    return new DatabaseConnection(db, dialect, file)
  }

  /** Reads from a table of the database; throws if it is away. */
  async ping(table: TableName = 'AsyncSchema.ScheduleRun'): Promise<void> {
    // An open file goes on answering after it was moved away; whoever opens the path finds nothing there.
    if (this.file && !existsSync(this.file)) throw new OwnError('the database file is not there')
    await this.dialect.first(this.db.selectFrom(table).select(sql.lit(1).as('one')), 1).execute()
  }

  /**
   * Runs work in a transaction: all of it happens, or nothing. What a passing failure of the server has ended (a
   * deadlock, a failover) is run again from its beginning, a few times: the work must change nothing outside the
   * transaction that a second run would not put right. Never once the commit was sent: if its answer was lost, the
   * work may be done, and only whoever looks for its traces (the inbox, at the next delivery) knows.
   * @throws what the work or the database threw; then nothing has happened, but for `CommitUncertain`
   */
  transaction<T>(work: (transaction: Transaction<Database>) => Promise<T>): Promise<T> {
    return again(this.dialect, () => this.db.transaction().execute(work))
  }

  /** Asks several questions, in one round trip where there is a wire. */
  async ask<const Q extends readonly (Question<unknown> | Known<unknown>)[]>(
    ...questions: Q
  ): Promise<Answers<Q>> {
    const asked = questions.filter((each): each is Question<unknown> => 'query' in each)
    const answers = await this.dialect.questions(
      this.db,
      asked.map(({ query }) => query),
    )
    const told = questions.map((each) =>
      'known' in each ? each.known : each.read((answers[asked.indexOf(each)] ?? []) as never[]),
    )
    return told as Answers<Q>
  }

  async close(): Promise<void> {
    await this.db.destroy()
  }
}

const again = <T>(dialect: SqlDialect, attempt: () => Promise<T>): Promise<T> =>
  repeatTransient(attempt, {
    isTransient: (error) => dialect.isTransient(error),
    onAgain: (error) =>
      counted().databaseTransientErrors.inc({ number: String(describeError(error).code ?? 'unknown') }),
  })
