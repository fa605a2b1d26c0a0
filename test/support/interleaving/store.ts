import type { CompiledQuery } from 'kysely'
import { merged, undoing, type Change, type Changes } from './changes.js'
import { Locks } from './locks.js'
import type { Done, Isolation, OpenTransaction, Waits } from './open-transaction.js'
import { Plan } from './plan.js'
import type { Schema } from './schema.js'
import { Views } from './views.js'

/**
 * A database with many writers, in memory: several transactions are open at once, and each statement sees what was
 * committed before it and what its own transaction has done. One connection to SQLite holds what is committed; what a
 * transaction has done is kept beside it, row by row, and put in for each statement (in a savepoint, taken back
 * afterwards). Which isolation each rule stands for is in ADR 32.
 */
export class Store {
  private readonly views: Views
  private readonly locks: Locks
  private readonly open = new Set<OpenTransaction>()
  /** All that was committed since the beginning, in its order. */
  private history: (readonly [key: string, change: Change])[] = []

  /**
   * @param definitions of the tables and indexes, in an order in which they can be made
   * @param firstNumber the first id the database gives a row
   */
  constructor(definitions: readonly string[], firstNumber: number) {
    this.views = new Views(definitions, firstNumber)
    this.locks = new Locks(this.views)
  }

  /** Something came out, or waits, as it would not with the other isolation. */
  get isolationMatters(): boolean {
    return this.locks.isolationMatters
  }

  get schema(): Schema {
    return this.views.schema
  }

  /** Marks a state to come back to. */
  mark(name: string): void {
    this.views.mark(name)
  }

  /** Back to a state that was marked; the mark stays. Nobody is under way then. */
  backTo(name: string, isolation: Isolation = 'row-versions'): void {
    this.views.backTo(name)
    this.open.clear()
    this.history = []
    this.locks.isolation = isolation
    this.locks.isolationMatters = false
  }

  /** Without an index, until it goes back. */
  drop(index: string): void {
    this.views.drop(index)
  }

  close(): void {
    this.views.close()
  }

  /** What has been committed since the state that was marked last, row by row. */
  get committed(): Changes {
    const changes: Changes = new Map()
    for (const entry of this.history) merged(changes, new Map([entry]))
    return changes
  }

  /**
   * Runs a statement of a transaction, if nobody is in its way.
   * @param waited since when it has waited, if it has
   * @returns what came of it, or that it has to wait for another transaction
   * @throws what the database throws
   */
  attempt(transaction: OpenTransaction, query: CompiledQuery, waited?: Waits): Done | Waits {
    this.open.add(transaction)
    const plan = new Plan(query)
    const isLate = waited !== undefined && this.locks.isolation === 'row-versions'
    const hidden = isLate ? undoing(this.history.slice(waited.since), asItBegan(plan)) : undefined
    if (hidden?.size) this.locks.isolationMatters = true
    const passedOver: string[] = []
    for (const other of this.open) {
      if (other === transaction || other.isAtNothing) continue
      const meets = this.locks.meets(transaction, other, plan, hidden)
      if (meets === 'waits') return { since: waited?.since ?? this.history.length }
      passedOver.push(...(meets ?? []))
    }
    if (hidden?.size || passedOver.length) return this.carryOut(transaction, plan, hidden, passedOver)
    this.views.show(transaction)
    const held = this.views.heldRows(plan)
    const done = this.views.recorded(plan)
    this.keep(transaction, plan, done.changes, held)
    return done
  }

  commit(transaction: OpenTransaction): void {
    if (this.open.has(transaction) && transaction.writes.size) {
      this.views.commit(transaction)
      this.history.push(...transaction.writes)
    }
    this.rollback(transaction)
  }

  rollback(transaction: OpenTransaction): void {
    this.views.forget(transaction)
    this.open.delete(transaction)
  }

  /** Runs a statement that does not see the database as it is, and puts in what it does. */
  private carryOut(
    transaction: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
    passedOver: readonly string[],
  ): Done {
    const seen = [hidden, transaction.writes]
    const held = this.views.inView(seen, () => this.views.heldRows(plan))
    const tried = this.views.tried(seen, plan, passedOver)
    // What the database threw, whatever that is.
    // oxlint-disable-next-line typescript/only-throw-error
    if (tried.error !== undefined) throw tried.error
    if (tried.changes.size) {
      this.views.show(transaction)
      this.views.apply(tried.changes)
    }
    const left = new Set(passedOver)
    const taken = held.filter((key) => !left.has(key))
    this.keep(transaction, plan, tried.changes, taken)
    return tried
  }

  /** What the transaction has done, and holds, by a statement. */
  private keep(transaction: OpenTransaction, plan: Plan, changes: Changes, held: readonly string[]): void {
    merged(transaction.writes, changes)
    for (const key of [...changes.keys(), ...held]) transaction.locks.add(key)
    if (plan.range !== undefined) transaction.ranges.add(plan.range)
    transaction.lastId = this.views.keepNumbers(changes) ?? transaction.lastId
  }
}

/** Which tables a statement that has waited reads as they were when it began: all it names but the one it changes or takes. */
function asItBegan({ target, held, isInsert, tables }: Plan): (table: string) => boolean {
  const now = held?.table ?? (isInsert ? undefined : target)
  return (table) => table !== now && tables.includes(table)
}
