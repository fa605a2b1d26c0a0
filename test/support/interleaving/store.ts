import Libsql from 'libsql'
import { SelectionNode, sql, type CompiledQuery, type SelectQueryNode } from 'kysely'
import { FlatNamesCompiler } from '#shared/database'
import { applied, changesAmong, merged, rowKey, undoing, type Change, type Changes } from './changes.js'
import { Schema } from './schema.js'

/**
 * What a statement reads while others have not committed. `row-versions`: what was committed as it began, and it waits for
 * nobody (READ_COMMITTED_SNAPSHOT). `locks`: it waits for whoever has changed what it reads.
 */
export type Isolation = 'row-versions' | 'locks'

/** What one transaction has done, and what it keeps others from. */
export class OpenTransaction {
  readonly writes: Changes = new Map()
  /** Rows it has written or holds, by their keys. */
  readonly locks = new Set<string>()
  /** Tables of which it holds every row there is and may be. */
  readonly ranges = new Set<string>()
}

export interface Done {
  readonly rows: readonly unknown[]
  readonly changed: number
}

/** The statement has to wait; in `since` what it must not see of what is committed meanwhile. */
export interface Waits {
  readonly since: number
}

interface Prepared {
  readonly statement: Libsql.Statement<unknown[]>
  /** It gives rows: asking libsql each time costs more than the statement. */
  readonly reader: boolean
}

interface Tried extends Done {
  readonly error?: unknown
  readonly changes: Changes
}

/** How a statement reads a table of which it takes rows for its transaction: see `many-writers.dialect.ts`. */
const takes = /"(\w+)" as "(\w+)" \/\*(holding|taking)\*\//
const ranged = /from "(\w+)" \/\*range\*\//
const writes = /^\s*(?:update|delete from|insert into) "(\w+)"/
const named = /"(\w+Schema_\w+)"/g
const compiler = new FlatNamesCompiler()

/**
 * A database with many writers, in memory: several transactions are open at once, and each statement sees what was
 * committed before it and what its own transaction has done. One connection to SQLite holds what is committed; what a
 * transaction has done is kept beside it, row by row, and put in for each statement (in a savepoint, taken back
 * afterwards). Which isolation each rule stands for is in ADR 32.
 */
export class Store {
  private readonly database = new Libsql(':memory:')
  private readonly statements = new Map<string, Prepared>()
  private readonly schema: Schema
  private readonly open = new Set<OpenTransaction>()
  /** Whose view the file is now. */
  private shown: OpenTransaction | undefined
  /** Numbers are given out once, be they committed or not. */
  private readonly numbers = new Map<string, number>()
  /** All that was committed since the beginning, in its order. */
  private history: (readonly [key: string, change: Change])[] = []

  isolation: Isolation = 'row-versions'
  /** Somebody came to a table that another one was at: if nobody does, both isolations are the same. */
  hasMet = false

  /**
   * @param definitions of the tables and indexes, in an order in which they can be made
   * @param firstNumber the first id the database gives a row
   */
  constructor(definitions: readonly string[], firstNumber: number) {
    this.database.exec('pragma foreign_keys = on')
    for (const text of definitions) this.database.exec(text)
    this.schema = Schema.read(this.database)
    for (const text of this.schema.recorders()) this.database.exec(text)
    this.database.exec('delete from sqlite_sequence')
    for (const name of this.schema.numbered)
      this.run('insert into sqlite_sequence (name, seq) values (?, ?)', [name, firstNumber - 1])
    this.database.exec('begin')
  }

  /** Marks a state to come back to. */
  mark(name: string): void {
    this.leave()
    this.say(`savepoint ${name}`)
  }

  /** Back to a state that was marked; the mark stays. Nobody is under way then. */
  backTo(name: string): void {
    this.leave()
    this.say(`rollback to ${name}`)
    this.open.clear()
    this.hasMet = false
    this.history = []
    this.numbers.clear()
  }

  close(): void {
    this.database.close()
  }

  /** What has been committed since the state that was marked last, row by row. */
  get committed(): Changes {
    const changes: Changes = new Map()
    for (const entry of this.history) merged(changes, new Map([entry]))
    return changes
  }

  isNumbered(table: string): boolean {
    return this.schema.numbered.includes(table)
  }

  keyColumns(table: string): readonly string[] {
    return this.schema.keyOf(table)
  }

  /**
   * Runs a statement of a transaction, if nobody is in its way.
   * @param waited since when it has waited, if it has
   * @returns what came of it, or that it has to wait for another transaction
   * @throws what the database throws
   */
  attempt(transaction: OpenTransaction, query: CompiledQuery, waited?: Waits): Done | Waits {
    this.open.add(transaction)
    const others = [...this.open].filter(
      (each) => each !== transaction && each.writes.size + each.locks.size + each.ranges.size > 0,
    )
    const isLate = waited !== undefined && this.isolation === 'row-versions'
    const plan = new Plan(query)
    const hidden = isLate ? undoing(this.history.slice(waited.since), this.tablesAsNow(plan)) : undefined
    let passedOver: readonly string[] = []
    for (const other of others) {
      const meets = this.meets(transaction, other, plan, hidden)
      if (meets === 'waits') return { since: waited?.since ?? this.history.length }
      if (meets) passedOver = [...passedOver, ...meets]
    }
    if (hidden?.size || passedOver.length) return this.carryOut(transaction, plan, hidden, passedOver)
    this.show(transaction)
    const held = plan.held && this.heldRows(plan)
    const { rows, changed, changes } = this.recorded(query)
    this.keep(transaction, plan, changes, held)
    return { rows, changed }
  }

  commit(transaction: OpenTransaction): void {
    if (this.open.has(transaction) && transaction.writes.size) {
      this.show(transaction)
      this.say('release shown')
      this.shown = undefined
      this.history.push(...transaction.writes)
    }
    this.rollback(transaction)
  }

  rollback(transaction: OpenTransaction): void {
    if (this.shown === transaction) this.leave()
    this.open.delete(transaction)
  }

  /** Whether a statement has to wait for another transaction, or which rows of that one's it passes over. */
  private meets(
    transaction: OpenTransaction,
    other: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
  ): 'waits' | readonly string[] | undefined {
    if (!this.isNear(other, plan)) return undefined
    this.hasMet = true
    const own = [hidden, transaction.writes]
    const alone = this.tried(own, plan.query)
    if (plan.isWrite) {
      const touched = [...alone.changes.keys()]
      if (touched.some((key) => other.locks.has(key))) return 'waits'
      if ([...alone.changes.values()].some(({ table }) => other.ranges.has(table))) return 'waits'
      const { range } = plan
      if (range !== undefined && (other.ranges.has(range) || hasLockIn(other, range))) return 'waits'
      return this.isOtherBeside(alone, [hidden, other.writes, transaction.writes], plan) ? 'waits' : undefined
    }
    if (plan.held) return this.meetsHolding(transaction, other, plan, hidden)
    if (this.isolation === 'row-versions' || plan.looksOnly) return undefined
    const beside = this.tried([other.writes, transaction.writes], plan.query)
    return same(alone, beside) ? undefined : 'waits'
  }

  /** Whether a statement has anything to do with the tables that another transaction is at. */
  private isNear({ locks, ranges }: OpenTransaction, plan: Plan): boolean {
    const tables = new Set([...plan.tables, ...(plan.target ? this.schema.relatedTo(plan.target) : [])])
    return [...locks, ...ranges].some((key) => tables.has(tableIn(key)))
  }

  /** Would the other's changes make a difference to what the statement waits for? */
  private isOtherBeside(alone: Tried, views: readonly (Changes | undefined)[], plan: Plan): boolean {
    const [hidden, others, own] = views
    const all = this.tried([hidden, others, own], plan.query)
    if ((alone.error === undefined) !== (all.error === undefined)) return true
    // With row versions only the rows that are changed are read as they are now.
    const seen = this.isolation === 'locks' ? others : of(others, plan.target)
    const beside = seen === others ? all : this.tried([hidden, seen, own], plan.query)
    return !same(alone, beside)
  }

  private meetsHolding(
    transaction: OpenTransaction,
    other: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
  ): 'waits' | readonly string[] | undefined {
    const { held } = plan
    if (!held) return undefined
    const keysWith = (...views: readonly (Changes | undefined)[]) =>
      this.inView(views, () => this.heldRows(plan))
    const keys = keysWith(hidden, transaction.writes)
    const locked = keys.filter((key) => other.locks.has(key))
    const isIn = (part: Changes) => {
      const [without, beside] = [part, new Map()].map((more) =>
        this.tried([hidden, more, transaction.writes], plan.query),
      )
      return without && beside && !same(without, beside)
    }
    if (this.isolation === 'locks' && isIn(butFor(other.writes, held.table))) return 'waits'
    if (held.how === 'taking') return locked
    const changed = keysWith(hidden, of(other.writes, held.table), transaction.writes)
    return locked.length || changed.join() !== keys.join() ? 'waits' : undefined
  }

  /** Runs a statement that does not see the database as it is, and puts in what it does. */
  private carryOut(
    transaction: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
    passedOver: readonly string[],
  ): Done {
    const views = [hidden, transaction.writes]
    const held = plan.held && this.inView(views, () => this.heldRows(plan))
    const tried = this.tried(views, plan.query, passedOver)
    // What the database threw, whatever that is.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    if (tried.error !== undefined) throw tried.error
    if (tried.changes.size) {
      this.show(transaction)
      this.apply(tried.changes)
    }
    const left = new Set(passedOver)
    this.keep(
      transaction,
      plan,
      tried.changes,
      held?.filter((key) => !left.has(key)),
    )
    return tried
  }

  /** What the transaction has done, and holds, by a statement. */
  private keep(
    transaction: OpenTransaction,
    plan: Plan,
    changes: Changes,
    held: readonly string[] | undefined,
  ): void {
    merged(transaction.writes, changes)
    for (const key of [...changes.keys(), ...(held ?? [])]) transaction.locks.add(key)
    if (plan.range !== undefined) transaction.ranges.add(plan.range)
    for (const { table, after } of changes.values()) {
      const [key] = this.schema.keyOf(table)
      if (!after || key === undefined || !this.isNumbered(table)) continue
      this.numbers.set(table, Math.max(Number(after[key]), this.numbers.get(table) ?? 0))
    }
  }

  /** The tables that a statement reads as they are now, though it has waited. */
  private tablesAsNow({ target, held, isInsert }: Plan): ReadonlySet<string> {
    const now = held?.table ?? (isInsert ? undefined : target)
    return new Set(now === undefined ? [] : [now])
  }

  private heldRows(plan: Plan): string[] {
    const { held } = plan
    if (!held) return []
    const { text, parameters } = plan.keysQuery(this.schema.keyOf(held.table))
    return this.run(text, parameters).rows.map((row) => rowKey(held.table, Object.values(row as object)))
  }

  private tried(
    views: readonly (Changes | undefined)[],
    query: CompiledQuery,
    passedOver: readonly string[] = [],
  ): Tried {
    return this.inView(views, () => {
      for (const key of passedOver) this.hide(key)
      try {
        return this.recorded(query)
      } catch (error) {
        return { rows: [], changed: 0, error, changes: new Map() }
      }
    })
  }

  private inView<T>(views: readonly (Changes | undefined)[], look: () => T): T {
    this.leave()
    this.say('savepoint tried')
    try {
      for (const changes of views) if (changes?.size) this.apply(changes)
      return look()
    } finally {
      this.say('rollback to tried')
      this.say('release tried')
      this.putNumbers()
    }
  }

  private recorded({ sql: text, parameters }: CompiledQuery): Tried {
    const done = this.run(text, parameters)
    if (!writes.test(text)) return { ...done, changes: new Map() }
    const recorded = this.run('select * from temp.changes order by n', []).rows
    this.say('delete from temp.changes')
    return { ...done, changes: changesAmong(recorded, (table) => this.schema.keyOf(table)) }
  }

  private run(text: string, parameters: readonly unknown[]): Done {
    const { statement, reader } = this.prepared(text)
    const values = parameters.map(plainValue)
    if (reader) {
      const rows = statement.all(...values)
      return { rows, changed: rows.length }
    }
    return { rows: [], changed: statement.run(...values).changes }
  }

  private prepared(text: string): Prepared {
    const known = this.statements.get(text)
    if (known) return known
    const statement = this.database.prepare<unknown[]>(text)
    const prepared = { statement, reader: statement.reader }
    this.statements.set(text, prepared)
    return prepared
  }

  private say(text: string): void {
    this.run(text, [])
  }

  private show(transaction: OpenTransaction): void {
    if (this.shown === transaction) return
    this.leave()
    this.say('savepoint shown')
    this.shown = transaction
    if (transaction.writes.size) this.apply(transaction.writes)
  }

  private leave(): void {
    if (!this.shown) return
    this.say('rollback to shown')
    this.say('release shown')
    this.shown = undefined
    this.putNumbers()
  }

  /** Puts changes in, row by row. */
  private apply(changes: Changes): void {
    // Parents and children come in any order.
    this.say('pragma defer_foreign_keys = on')
    for (const { text, parameters } of applied(changes, (table) => this.schema.keyOf(table)))
      this.run(text, parameters)
    this.say('pragma defer_foreign_keys = off')
    this.say('delete from temp.changes')
  }

  private hide(key: string): void {
    const [table = '', values = '[]'] = key.split(' ', 2)
    const where = this.schema.keyOf(table).map((column) => `"${column}" = ?`)
    this.say('pragma defer_foreign_keys = on')
    this.run(`delete from "${table}" where ${where.join(' and ')}`, JSON.parse(values) as unknown[])
    this.say('pragma defer_foreign_keys = off')
    this.say('delete from temp.changes')
  }

  private putNumbers(): void {
    for (const [table, number] of this.numbers)
      this.run('update sqlite_sequence set seq = ? where name = ? and seq < ?', [number, table, number])
    this.numbers.clear()
  }
}

/** What there is to know of a statement from its text. */
class Plan {
  readonly target: string | undefined
  readonly isInsert: boolean
  /** The table whose rows it takes for its transaction. */
  readonly held: { readonly table: string; readonly alias: string; readonly how: string } | undefined
  readonly range: string | undefined

  constructor(readonly query: CompiledQuery) {
    this.target = writes.exec(query.sql)?.[1]
    this.isInsert = /^\s*insert/.test(query.sql)
    const [, table = '', alias = '', how = ''] = takes.exec(query.sql) ?? []
    this.held = how ? { table, alias, how } : undefined
    this.range = ranged.exec(query.sql)?.[1]
  }

  get tables(): readonly string[] {
    return [...this.query.sql.matchAll(named)].map(([, table = '']) => table)
  }

  /** It passes over what others are writing, and takes nothing. */
  get looksOnly(): boolean {
    return this.query.sql.includes('/*looking*/')
  }

  get isWrite(): boolean {
    return this.target !== undefined
  }

  /** The statement, asking for the keys of the rows it takes instead. */
  keysQuery(columns: readonly string[]): { text: string; parameters: readonly unknown[] } {
    const alias = this.held?.alias ?? ''
    const selections = columns.map((column) =>
      SelectionNode.create(sql.ref(`${alias}.${column}`).toOperationNode() as never),
    )
    const node = { ...(this.query.query as SelectQueryNode), selections }
    const { sql: text, parameters: some } = compiler.compileQuery(node, this.query.queryId)
    // Of a query that was built once only the compiled one has the values; those of the columns asked for come first.
    const { parameters } = this.query
    return { text, parameters: parameters.slice(parameters.length - some.length) }
  }
}

const of = (changes: Changes | undefined, table: string | undefined): Changes =>
  new Map([...(changes ?? [])].filter(([, change]) => change.table === table))
const butFor = (changes: Changes, table: string): Changes =>
  new Map([...changes].filter(([, change]) => change.table !== table))

const tableIn = (key: string): string => key.split(' ', 1)[0] ?? ''

const hasLockIn = ({ locks }: OpenTransaction, table: string): boolean =>
  [...locks].some((key) => key.startsWith(`${table} `))

const outcomeOf = ({ rows, changes, error }: Tried): string =>
  error === undefined
    ? JSON.stringify([rows, [...changes].map(([key, { after }]) => [key, after])])
    : `failed: ${String((error as { code?: unknown }).code)}`
const same = (one: Tried, other: Tried): boolean => outcomeOf(one) === outcomeOf(other)

/** libsql takes neither booleans nor undefined. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === undefined ? null : value
}
