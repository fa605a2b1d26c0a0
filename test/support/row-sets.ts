import type { TableName } from '#shared/database'
import type { Rows } from './rows.js'

export type Row = Readonly<Record<string, unknown>>
/** What happens to the rows of one table. */
export type Change = (rows: readonly Row[]) => readonly Row[]

export type Changes = Partial<Record<TableName, Change>>

/** The rows with those of some tables changed. A column set to null or undefined is left out, as when it is read. */
export function edit(rows: Rows, changes: Changes): Rows {
  const changed = Object.entries(changes).map(
    ([table, change]) => [table, change(rows[table as TableName] ?? []).map(withoutNulls)] as const,
  )
  return { ...rows, ...(Object.fromEntries(changed) as Rows) }
}

/** Sets columns, of the rows that have these values or of all. */
export const set =
  (columns: Row, where: Row = {}): Change =>
  (rows) =>
    rows.map((row) => (matches(row, where) ? { ...row, ...columns } : row))

export const add =
  (...more: readonly Row[]): Change =>
  (rows) => [...rows, ...more]

export const remove =
  (where: Row = {}): Change =>
  (rows) =>
    rows.filter((row) => !matches(row, where))

/** One change after another. */
export const both =
  (...changes: readonly Change[]): Change =>
  (rows) =>
    changes.reduce((changed, change) => change(changed), rows)

/** The rows of several sets, table by table. */
export function merge(...sets: readonly Rows[]): Rows {
  const merged: Partial<Record<TableName, readonly Row[]>> = {}
  for (const rows of sets)
    for (const [table, more] of entriesOf(rows)) merged[table] = [...(merged[table] ?? []), ...more]
  return merged
}

/** The tables of a set, with their rows. */
export const entriesOf = (rows: Rows): [TableName, readonly Row[]][] =>
  Object.entries(rows) as [TableName, readonly Row[]][]

const matches = (row: Row, where: Row): boolean =>
  Object.entries(where).every(([name, value]) => row[name] === value)

const withoutNulls = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined))
