import { statementsIn } from './statements-in.js'
import type { RecordedStatement } from './recording-database.js'

export type Right = 'select' | 'insert' | 'update' | 'delete'
/** By table, in the order of the alphabet. */
export type Rights = Readonly<Record<string, readonly Right[]>>
export type NeededRights = Readonly<Record<RecordedStatement['database'], Rights>>

const table = '"(\\w+)"\\."(\\w+)"'
const order: readonly Right[] = ['select', 'insert', 'update', 'delete']

/**
 * What a login must be allowed to send these statements to SQL Server: which rows are changed is read, and so is what a
 * new row is given back as.
 */
const needs: readonly (readonly [pattern: RegExp, rights: readonly Right[]])[] = [
  [new RegExp(`\\binsert into ${table}(?=.* output )`, 'g'), ['insert', 'select']],
  [new RegExp(`\\binsert into ${table}`, 'g'), ['insert']],
  [new RegExp(`\\bupdate ${table}`, 'g'), ['update', 'select']],
  [new RegExp(`\\bdelete from ${table}`, 'g'), ['delete', 'select']],
  [new RegExp(`(?<!\\bdelete )\\b(?:from|join) ${table}`, 'g'), ['select']],
]
/** The catalogue shows a login what it may read, without a grant. */
const withoutTables =
  /^(begin transaction|commit|rollback)$|\bfrom (?:information_schema\.columns|sys\.indexes)\b/

export function rightsFor(statements: readonly RecordedStatement[]): NeededRights {
  const found = { main: new Map<string, Set<Right>>(), archive: new Map<string, Set<Right>>() }
  for (const { database, sql } of statements) {
    for (const part of statementsIn(sql)) {
      const rights = rightsIn(part)
      if (!rights.length && !withoutTables.test(part)) throw new Error(`names no table: ${part}`)
      for (const [name, right] of rights)
        found[database].set(name, (found[database].get(name) ?? new Set()).add(right))
    }
  }
  return { main: sorted(found.main), archive: sorted(found.archive) }
}

const rightsIn = (sql: string): (readonly [string, Right])[] =>
  needs.flatMap(([pattern, rights]) =>
    [...sql.matchAll(pattern)].flatMap(([, schema, name]) =>
      rights.map((right) => [`${schema}.${name}`, right] as const),
    ),
  )

const sorted = (found: ReadonlyMap<string, ReadonlySet<Right>>): Rights =>
  Object.fromEntries(
    [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, rights]) => [name, order.filter((right) => rights.has(right))]),
  )
