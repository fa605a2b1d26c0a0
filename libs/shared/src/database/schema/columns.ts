import type { LocalTime } from '../../clock/index.js'

/** What the database's DDL, the types and `fit` need to know of a column. */
export interface Column<
  Value = unknown,
  Nullable extends boolean = boolean,
  HasDefault extends boolean = boolean,
> {
  readonly kind: 'int' | 'bigint' | 'bit' | 'money' | 'time' | 'text'
  /** Characters; absent for a text without limit. */
  readonly length?: number
  readonly nullable: Nullable
  readonly primaryKey?: boolean
  readonly identity?: boolean
  readonly default?: true | 'now'
  /** `Table.Column` of the same schema. */
  readonly references?: string
  readonly index?: boolean
  readonly unique?: boolean
  /** Not made with its table, but by a migration of its own. */
  readonly addedLater?: boolean
  /** Only for the type system. */
  readonly value?: Value
  readonly hasDefault?: HasDefault
}

type Options = Pick<Column, 'references' | 'index' | 'unique' | 'primaryKey'>
type Plain<Value> = Column<Value, false, false>

const column = <Value>(kind: Column['kind'], options: object = {}): Plain<Value> => ({
  kind,
  nullable: false,
  ...options,
})

export const int = (options: Options = {}): Plain<number> => column('int', options)
/** A whole number as large as a number of JavaScript holds exactly. */
export const bigint = (): Plain<number> => column('bigint')
export const text = (length: number, options: Options = {}): Plain<string> =>
  column('text', { length, ...options })
export const longText = (): Plain<string> => column('text')
/** `decimal(8,2)` pounds; see `pence` before calculating. */
export const money = (): Plain<number> => column('money')

export function bit(options: { default: true }): Column<boolean, false, true>
export function bit(): Plain<boolean>
export function bit(options: object = {}): Column<boolean, false> {
  return column('bit', options)
}

export function time(options: { default: 'now' }): Column<LocalTime, false, true>
export function time(options?: { primaryKey: true }): Plain<LocalTime>
export function time(options: object = {}): Column<LocalTime, false> {
  return column('time', options)
}

/** A primary key whose values come with the rows. */
export const key = (): Plain<number> => column('int', { primaryKey: true })
/** What the database alone gives values to: SQL Server refuses those of others (544), and a change of them (8102). */
export interface IdentityColumn extends Column<number, false, true> {
  readonly identity: true
}

/** A primary key the database numbers. */
export const identity = (): IdentityColumn => ({
  kind: 'int',
  nullable: false,
  primaryKey: true,
  identity: true,
})

export const optional = <Value, HasDefault extends boolean>(
  of: Column<Value, false, HasDefault>,
): Column<Value, true, HasDefault> => ({ ...of, nullable: true })

export const addedLater = <C extends Column>(column: C): C => ({ ...column, addedLater: true })
