import type { Changes } from './changes.js'

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
  /** The number that its last new row was given. */
  lastId = 0

  get isAtNothing(): boolean {
    return this.writes.size + this.locks.size + this.ranges.size === 0
  }

  /** The tables it has written to, or holds rows of. */
  get tables(): ReadonlySet<string> {
    return new Set([...this.locks, ...this.ranges].map(tableIn))
  }

  hasLockIn(table: string): boolean {
    return [...this.locks].some((key) => key.startsWith(`${table} `))
  }
}

const tableIn = (key: string): string => key.split(' ', 1)[0] ?? ''

export interface Done {
  readonly rows: readonly unknown[]
  readonly changed: number
}

/** What a statement would have done. */
export interface Tried extends Done {
  readonly error?: unknown
  readonly changes: Changes
}

/** The statement has to wait; in `since` what it must not see of what is committed meanwhile. */
export interface Waits {
  readonly since: number
}

export const same = (one: Tried, other: Tried): boolean => outcomeOf(one) === outcomeOf(other)

const outcomeOf = ({ rows, changes, error }: Tried): string =>
  error === undefined
    ? JSON.stringify([rows, [...changes].map(([key, { after }]) => [key, after])])
    : `failed: ${String((error as { code?: unknown }).code)}`
