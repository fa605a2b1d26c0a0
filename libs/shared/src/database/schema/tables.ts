import type { ColumnType, Insertable, Selectable } from 'kysely'
import type { Column, IdentityColumn } from './columns.js'
import { ownTables } from './own-tables.js'
import { webAppTables } from './web-app-tables.js'

export const tables = { ...webAppTables, ...ownTables }

type Value<C> =
  C extends Column<infer V, infer Nullable, boolean> ? (Nullable extends true ? V | null : V) : never
type OnInsert<C> =
  C extends Column<unknown, infer Nullable, infer HasDefault>
    ? Nullable extends true
      ? Value<C> | undefined
      : HasDefault extends true
        ? Value<C> | undefined
        : Value<C>
    : never

/** The database as Kysely sees it: `'IntSchema.Claim'` and so on. */
export type Database = {
  [T in keyof typeof tables]: {
    [C in keyof (typeof tables)[T]]: (typeof tables)[T][C] extends IdentityColumn
      ? ColumnType<number, undefined, undefined>
      : ColumnType<
          Value<(typeof tables)[T][C]>,
          OnInsert<(typeof tables)[T][C]>,
          Value<(typeof tables)[T][C]>
        >
  }
}
export type TableName = keyof Database
/** A row as it is read. */
export type Row<T extends TableName> = Selectable<Database[T]>
/** A row as it is inserted. */
export type NewRow<T extends TableName> = Insertable<Database[T]>

/** The columns of a table by name, for code that treats tables alike. */
export const columnsOf = (table: TableName): Readonly<Record<string, Column>> => tables[table]

/**
 * A text cut to the length of its column, with an ellipsis where something was cut: a long note never fails
 * the work.
 */
export function fit<T extends TableName>(
  table: T,
  column: keyof Database[T] & string,
  value: string,
): string {
  const length = columnsOf(table)[column]?.length
  if (length === undefined || value.length <= length) return value
  // Half an emoji is no text.
  return `${value.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
