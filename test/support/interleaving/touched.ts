import type { OpenTransaction } from './open-transaction.js'
import type { Plan } from './plan.js'
import type { Schema } from './schema.js'

/** What a step has to do with what others do: tables, or what is outside the database. */
export interface Touched {
  readonly reads: Set<string>
  /** Writes, or holds rows of. */
  readonly writes: Set<string>
}

const outside = 'outside'

const nothing = (): Touched => ({ reads: new Set(), writes: new Set() })

/** References are looked along by the database itself. */
export function touchedBy(plan: Plan, schema: Schema): Touched {
  const { target, held, range, tables } = plan
  const related = target === undefined ? [] : schema.relatedTo(target)
  const writes = [target, held?.table, range].filter((table) => table !== undefined)
  return { reads: new Set([...tables, ...related]), writes: new Set(writes) }
}

/** What a transaction has done is there for the others from now on, and what it held is free. */
export const touchedByCommit = ({ tables }: OpenTransaction): Touched => ({
  reads: new Set(),
  writes: new Set(tables),
})

export const outsideAlone = (): Touched => ({ reads: new Set(), writes: new Set([outside]) })

export function touchesOutside({ reads, writes }: Touched): void {
  reads.add(outside)
  writes.add(outside)
}

export function together(steps: readonly Touched[]): Touched {
  const all = nothing()
  for (const { reads, writes } of steps) {
    for (const table of reads) all.reads.add(table)
    for (const table of writes) all.writes.add(table)
  }
  return all
}

/** Whether two steps come to the same in both orders: neither writes what the other has to do with. */
export const commute = (one: Touched, other: Touched): boolean =>
  areApart(one.writes, other.writes) && areApart(one.writes, other.reads) && areApart(one.reads, other.writes)

const areApart = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  [...some].every((table) => !others.has(table))
