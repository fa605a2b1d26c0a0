import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  sql,
  type AliasedRawBuilder,
  type CompiledQuery,
  type DatabaseConnection as KyselyConnection,
  type Driver,
  type QueryResult,
} from 'kysely'
import {
  BitsPlugin,
  DatabaseConnection,
  FlatNamesCompiler,
  isList,
  sqliteDialect,
  type Database,
  type ListedQuery,
  type ListResult,
  type Row,
  type SqlDialect,
  type TableName,
} from '#shared/database'
import { OpenTransaction } from './open-transaction.js'
import type { Store } from './store.js'
import { Deadlock, type Actor, type Turns } from './turns.js'

/** In whose name a connection's statements are, and whose turn it is. */
export interface Playing {
  readonly turns: Turns
  readonly actor: Actor
  /** What is sent in place of a statement. */
  readonly altered?: (text: string) => string
  /** How many rows it is said to have changed, where that is not so. */
  readonly counted?: (text: string) => number | undefined
}

const marked = <T extends TableName, A extends string>(
  table: T,
  alias: A,
  how: 'holding' | 'taking' | 'looking',
) => sql.table(table).as(sql`${sql.ref(alias)} /*${sql.raw(how)}*/`) as AliasedRawBuilder<Row<T>, A>

/** The embedded database's, but for what tells the store which rows a statement takes. */
const manyWriters: SqlDialect = {
  ...sqliteDialect,
  holding: (table, alias) => marked(table, alias, 'holding'),
  taking: (table, alias) => marked(table, alias, 'taking'),
  looking: (table, alias) => marked(table, alias, 'looking'),
  nextNegativeId: (table, column) =>
    sql<number>`(select min(0, coalesce(min(${sql.ref(column)}), 0)) - 1 from ${sql.table(table)} /*range*/)`,
  isTransient: (error) => error instanceof Deadlock,
}

/** A connection to a store for one who takes turns; as many transactions at once as are asked for. */
export function connectionTo(store: Store, playing: () => Playing): DatabaseConnection {
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new StoreDriver(store, playing),
      createIntrospector: (of) => new SqliteIntrospector(of),
      createQueryCompiler: () => new FlatNamesCompiler(),
    },
    plugins: [new BitsPlugin()],
  })
  return DatabaseConnection.over(db, manyWriters)
}

class StoreDriver implements Driver {
  constructor(
    private readonly store: Store,
    private readonly playing: () => Playing,
  ) {}

  init = (): Promise<void> => Promise.resolve()
  destroy = (): Promise<void> => Promise.resolve()
  releaseConnection = (): Promise<void> => Promise.resolve()
  acquireConnection = (): Promise<StoreConnection> =>
    Promise.resolve(new StoreConnection(this.store, this.playing()))

  beginTransaction(connection: StoreConnection): Promise<void> {
    connection.transaction = new OpenTransaction()
    return Promise.resolve()
  }

  async commitTransaction(connection: StoreConnection): Promise<void> {
    const { turns, actor } = connection.playing
    if (connection.transaction) await turns.commit(actor, this.store, connection.transaction)
  }

  async rollbackTransaction(connection: StoreConnection): Promise<void> {
    const { turns, actor } = connection.playing
    if (connection.transaction) await turns.rollback(actor, this.store, connection.transaction)
  }
}

class StoreConnection implements KyselyConnection {
  transaction: OpenTransaction | undefined

  constructor(
    private readonly store: Store,
    readonly playing: Playing,
  ) {}

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

  private async execute<R>(said: CompiledQuery): Promise<QueryResult<R>> {
    const { turns, actor, altered, counted } = this.playing
    const alone = this.transaction ? undefined : new OpenTransaction()
    const transaction = this.transaction ?? alone ?? new OpenTransaction()
    // What the file has inserted last may be another one's.
    const text = said.sql.replaceAll('last_insert_rowid()', String(transaction.lastId))
    const query = { ...said, sql: altered ? altered(text) : text }
    try {
      const { rows, changed } = await turns.statement(actor, this.store, transaction, query)
      if (alone) this.store.commit(alone)
      return { rows: rows as R[], numAffectedRows: BigInt(counted?.(text) ?? changed) }
    } catch (error) {
      if (alone) this.store.rollback(alone)
      throw error
    }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    await Promise.resolve()
    throw new Error('nobody asks for it')
  }
}

/** Of a statement that gives back what it changed, its rows. */
const changedNothing = ({ numAffectedRows, rows }: QueryResult<unknown>): boolean =>
  !numAffectedRows && !rows.length
