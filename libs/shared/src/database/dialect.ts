import type {
  AliasedRawBuilder,
  ColumnDefinitionBuilder,
  Compilable,
  InsertQueryBuilder,
  InsertResult,
  Kysely,
  RawBuilder,
  SelectQueryBuilder,
  SqlBool,
  Transaction,
  UpdateQueryBuilder,
  UpdateResult,
} from 'kysely'
import type { Column } from './schema/columns.js'
import type { Database, Row, TableName } from './schema/tables.js'

/** The rows of several questions. */
export type RowsOf<Q extends readonly Compilable[]> = {
  [I in keyof Q]: Q[I] extends Compilable<infer R> ? R[] : never
}

/** A column as the database has it. */
export interface ActualColumn {
  /** `IntSchema.Claim` and so on, in both dialects. */
  readonly table: string
  readonly column: string
}

/** An index as the database has it: by its first column. */
export interface ActualIndex {
  readonly table: string
  readonly column: string
  /** The condition of the rows in it, as the catalogue writes it; null if all are. */
  readonly filter: string | null
}

/** A statement with an answer. */
export interface Asked<R> extends Compilable<R> {
  execute(): Promise<R[]>
}

/** SQL Server takes 2,100 parameters in a statement, and the procedure that runs it has two of its own. */
export const mostParameters = 2_098

/** Everything in which the two databases differ. Queries are written once and ask this for the rest. */
export interface SqlDialect {
  readonly name: 'sqlite' | 'mssql'

  /** The first `count` rows of a query. */
  first<DB, TB extends keyof DB, O>(
    query: SelectQueryBuilder<DB, TB, O>,
    count: number,
  ): SelectQueryBuilder<DB, TB, O>

  /** An insert or an update that gives back columns of the rows as they are after it, in any order. */
  returning<T extends TableName, C extends keyof Row<T> & string>(
    query: InsertQueryBuilder<Database, T, InsertResult> | UpdateQueryBuilder<Database, T, T, UpdateResult>,
    columns: readonly C[],
  ): Asked<Pick<Row<T>, C>>

  /** The number that the database gave to the row that the statement before has inserted. */
  readonly lastId: RawBuilder<number>
  /** Texts and numbers, one behind the other. */
  joined(...parts: readonly RawBuilder<unknown>[]): RawBuilder<string>

  /**
   * A table whose selected rows the transaction takes for itself, passing over rows that another one has taken.
   * The embedded database has one writer at a time, and nothing to add.
   */
  taking<T extends TableName, A extends string>(table: T, alias: A): AliasedRawBuilder<Row<T>, A>

  /**
   * A table of which rows that somebody else is writing are passed over: whoever only looks whether there is something
   * to do waits for nobody.
   */
  looking<T extends TableName, A extends string>(table: T, alias: A): AliasedRawBuilder<Row<T>, A>

  /**
   * A table whose selected rows are the transaction's own until it ends: whoever else changes them, or asks for them
   * in this way, waits. For rows that are chosen by their keys.
   */
  holding<T extends TableName, A extends string>(table: T, alias: A): AliasedRawBuilder<Row<T>, A>

  /**
   * The next free negative number of a key column, as a value to insert. Of several transactions that insert one,
   * each waits until the one before it has ended.
   */
  nextNegativeId<T extends TableName>(table: T, column: keyof Row<T> & string): RawBuilder<number>

  /**
   * Runs statements in order, in one round trip where the database is at the other end of a wire.
   * @returns how many rows they changed, all together
   */
  batch(db: Kysely<Database>, statements: readonly Compilable[]): Promise<number>

  /**
   * Runs statements in order in a transaction, of which nobody waits to hear what came of them: where there is a wire,
   * they go with what the transaction asks next, or with its commit. So may fail what comes after them.
   */
  later(transaction: Transaction<Database>, statements: readonly Compilable[]): Promise<void>

  /**
   * Asks several questions, in one round trip where the database is at the other end of a wire.
   * @returns the rows of each, in the order of the questions
   */
  questions<Q extends readonly Compilable[]>(
    db: Kysely<Database>,
    queries: readonly [...Q],
  ): Promise<RowsOf<Q>>

  /**
   * A column's value if it is a text of ASCII characters and not longer, else null. SQLite takes anything for any column,
   * and what is no text at all must not be read: it may end the process.
   */
  plainText(column: string, length: number): RawBuilder<string | null>
  /** A column's value if it is a whole number, else null; for the same reason. */
  wholeNumber(column: string): RawBuilder<number | null>
  /** Whether a whole number is beyond those that JavaScript holds exactly. */
  beyondNumbers(column: string): RawBuilder<SqlBool>
  /** Asks the catalogue which columns tables have in the database, whatever the code knows of them. */
  actualColumns(tables: readonly string[]): RawBuilder<ActualColumn>
  /** Asks the catalogue which indexes tables have in the database, whatever they are called. */
  actualIndexes(tables: readonly TableName[]): RawBuilder<ActualIndex>

  /** A unique or primary key refused the row. */
  isDuplicateKey(error: unknown): boolean

  /** Something that passes ended the transaction, and nothing of it has happened: it may be run again at once. */
  isTransient(error: unknown): boolean

  /** The type of a column in DDL. */
  columnType(column: Column): string
  identity(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
  /**
   * The moment so many milliseconds from now by the database's clock, in UTC: for what machines compare whose own clocks
   * differ.
   */
  inMs(ms: number): RawBuilder<string>

  /** The database's own London "now", as a column's default. */
  readonly now: string
}
