import type { Changes } from './changes.js'
import { same, type Isolation, type OpenTransaction } from './open-transaction.js'
import type { Plan } from './plan.js'
import type { Views } from './views.js'

/** Which statements of one transaction are in the way of another one's. Which isolation each rule stands for is in ADR 32. */
export class Locks {
  isolation: Isolation = 'row-versions'
  /** Something came out, or waits, as it would not with the other isolation: until then both are the same. */
  isolationMatters = false

  constructor(private readonly views: Views) {}

  /** Whether a statement has to wait for another transaction, or which rows of that one's it passes over. */
  meets(
    transaction: OpenTransaction,
    other: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
  ): 'waits' | readonly string[] | undefined {
    if (!this.isNear(other, plan)) return undefined
    const held = this.meetsHolding(transaction, other, plan, hidden)
    if (held === 'waits' || (plan.held && !plan.isWrite)) return held
    if (plan.isWrite) return this.meetsWriting(transaction, other, plan, hidden)
    if (plan.looksOnly || !other.writes.size) return undefined
    return this.waitsIfLocked(() => {
      const alone = this.views.tried([hidden, transaction.writes], plan)
      return !same(alone, this.views.tried([hidden, other.writes, transaction.writes], plan))
    })
  }

  /** What is so with locks, and not with row versions. */
  private waitsIfLocked(isOther: () => boolean): 'waits' | undefined {
    // What is known need not be asked.
    if (this.isolation === 'row-versions' && this.isolationMatters) return undefined
    if (!isOther()) return undefined
    this.isolationMatters = true
    return this.isolation === 'locks' ? 'waits' : undefined
  }

  /** Whether a statement has anything to do with the tables that another transaction is at. */
  private isNear({ tables }: OpenTransaction, plan: Plan): boolean {
    const isAt = (table: string) => tables.has(table)
    return (
      plan.tables.some(isAt) ||
      (plan.target !== undefined && [...this.views.schema.relatedTo(plan.target)].some(isAt))
    )
  }

  private meetsWriting(
    transaction: OpenTransaction,
    other: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
  ): 'waits' | undefined {
    const seeing = (more?: Changes) => this.views.tried([hidden, more, transaction.writes], plan)
    const alone = seeing()
    if ([...alone.changes.keys()].some((key) => other.locks.has(key))) return 'waits'
    if ([...alone.changes.values()].some(({ table }) => other.ranges.has(table))) return 'waits'
    const { range } = plan
    if (range !== undefined && (other.ranges.has(range) || other.hasLockIn(range))) return 'waits'
    // What the other only holds changes nothing.
    if (!other.writes.size) return undefined
    const all = seeing(other.writes)
    if ((alone.error === undefined) !== (all.error === undefined)) return 'waits'
    // With row versions only the rows that are changed are read as they are now.
    const seen = of(other.writes, plan.target)
    if (seen.size && !same(alone, seeing(seen))) return 'waits'
    return this.waitsIfLocked(() => !same(alone, all))
  }

  private meetsHolding(
    transaction: OpenTransaction,
    other: OpenTransaction,
    plan: Plan,
    hidden: Changes | undefined,
  ): 'waits' | readonly string[] | undefined {
    const { held } = plan
    if (!held) return undefined
    const { views } = this
    const rest = butFor(other.writes, held.table)
    if (rest.size) {
      const waits = this.waitsIfLocked(() => {
        const [without, beside] = [undefined, rest].map((more) =>
          views.tried([hidden, more, transaction.writes], plan),
        )
        return without !== undefined && beside !== undefined && !same(without, beside)
      })
      if (waits) return waits
    }
    const keysWith = (...seen: readonly (Changes | undefined)[]) =>
      views.inView(seen, () => views.heldRows(plan))
    const keys = keysWith(hidden, transaction.writes)
    const locked = keys.filter((key) => other.locks.has(key))
    if (held.how === 'taking') return locked
    if (locked.length) return 'waits'
    const changed = keysWith(hidden, of(other.writes, held.table), transaction.writes)
    return changed.join() === keys.join() ? undefined : 'waits'
  }
}

const of = (changes: Changes, table: string | undefined): Changes =>
  new Map([...changes].filter(([, change]) => change.table === table))
const butFor = (changes: Changes, table: string): Changes =>
  new Map([...changes].filter(([, change]) => change.table !== table))
