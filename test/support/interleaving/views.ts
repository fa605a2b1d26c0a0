import Libsql from 'libsql'
import { applied, changesAmong, rowKey, type Changes } from './changes.js'
import type { Done, OpenTransaction, Tried } from './open-transaction.js'
import type { Plan } from './plan.js'
import { Schema } from './schema.js'

interface Prepared {
  readonly statement: Libsql.Statement<unknown[]>
  /** It gives rows: asking libsql each time costs more than the statement. */
  readonly reader: boolean
}

/**
 * A database in memory, over one connection: what is committed, and on top of it, in a savepoint, what somebody sees
 * besides. Every change of a row is written down.
 */
export class Views {
  private readonly database = new Libsql(':memory:')
  private readonly statements = new Map<string, Prepared>()
  readonly schema: Schema
  /** Whose view the file is now. */
  private shown: OpenTransaction | undefined
  /** Numbers are given out once, be they committed or not. */
  private readonly numbers = new Map<string, number>()

  /**
   * @param definitions of the tables and indexes, in an order in which they can be made
   * @param firstNumber the first id the database gives a row
   */
  constructor(definitions: readonly string[], firstNumber: number) {
    this.database.exec('pragma foreign_keys = on; pragma temp_store = memory')
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

  /** Back to a state that was marked; the mark stays. */
  backTo(name: string): void {
    this.leave()
    this.say(`rollback to ${name}`)
    this.numbers.clear()
  }

  drop(index: string): void {
    this.database.exec(`drop index "${index}"`)
  }

  close(): void {
    this.database.close()
  }

  /** What a transaction sees: what is committed, and what it has done. */
  show(transaction: OpenTransaction): void {
    if (this.shown === transaction) return
    this.leave()
    this.say('savepoint shown')
    this.shown = transaction
    if (transaction.writes.size) this.apply(transaction.writes)
  }

  /** What the transaction sees is what is committed from now on. */
  commit(transaction: OpenTransaction): void {
    this.show(transaction)
    this.say('release shown')
    this.shown = undefined
  }

  forget(transaction: OpenTransaction): void {
    if (this.shown === transaction) this.leave()
  }

  /** Puts changes in, row by row. */
  apply(changes: Changes): void {
    for (const { text, parameters } of applied(changes, this.schema)) this.run(text, parameters)
    this.say('delete from temp.changes')
  }

  /** What a statement would do to what is committed with these changes, and without rows that it passes over. */
  tried(views: readonly (Changes | undefined)[], plan: Plan, passedOver: readonly string[] = []): Tried {
    return this.inView(views, () => {
      for (const key of passedOver) this.hide(key)
      try {
        return this.recorded(plan)
      } catch (error) {
        return { rows: [], changed: 0, error, changes: new Map() }
      }
    })
  }

  /** Looks at what is committed with these changes. */
  inView<T>(views: readonly (Changes | undefined)[], look: () => T): T {
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

  /** The keys of the rows that a statement takes. */
  heldRows(plan: Plan): string[] {
    const { held } = plan
    if (!held) return []
    const { text, parameters } = plan.keysQuery(this.schema.keyOf(held.table))
    return this.run(text, parameters).rows.map((row) => rowKey(held.table, Object.values(row as object)))
  }

  /** Runs a statement in what is shown. @returns also what became of which row */
  recorded({ query, isWrite }: Plan): Tried {
    const done = this.run(query.sql, query.parameters)
    if (!isWrite) return { ...done, changes: new Map() }
    const { list } = this.prepared(
      `select json_group_array(json_array("table", json(before), json(after))) as list from
      (select * from temp.changes order by n)`,
    ).statement.get() as { list: string }
    if (list === '[]') return { ...done, changes: new Map() }
    this.say('delete from temp.changes')
    return { ...done, changes: changesAmong(list, (table) => this.schema.keyOf(table)) }
  }

  /** Numbers that rows were given: nobody gets them again, whatever becomes of the rows. @returns the last of them */
  keepNumbers(changes: Changes): number | undefined {
    let last: number | undefined
    for (const { table, before, after } of changes.values()) {
      const [key] = this.schema.keyOf(table)
      if (!after || key === undefined || !this.schema.isNumbered(table)) continue
      this.numbers.set(table, Math.max(Number(after[key]), this.numbers.get(table) ?? 0))
      if (!before) last = Number(after[key])
    }
    return last
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
    this.prepared(text).statement.run()
  }

  private leave(): void {
    if (!this.shown) return
    this.say('rollback to shown')
    this.say('release shown')
    this.shown = undefined
    this.putNumbers()
  }

  private hide(key: string): void {
    const [table = '', values = '[]'] = key.split(' ', 2)
    const where = this.schema.keyOf(table).map((column) => `"${column}" = ?`)
    // SQLite makes every statement anew after it: not for what happens at each step.
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

/** libsql takes neither booleans nor undefined. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === undefined ? null : value
}
