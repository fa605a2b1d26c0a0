import { sql } from 'kysely'
import type { DatabaseConnection, TableName } from '#shared/database'

/** A change that the database refuses, as it would while something is wrong with it. */
export interface RefusedChange {
  /** Of the trigger that refuses it. */
  readonly name: string
  readonly change: 'insert' | 'update' | 'delete'
  readonly table: TableName
  /** Of these rows only, as they would be: a condition, in which columns are said by what they are given to. */
  readonly when?: (column: (name: string) => string) => string
  /** What the database says of it. */
  readonly words?: string
}

/** From now on, until it is allowed again. */
export async function refuse({ db, dialect }: DatabaseConnection, what: RefusedChange): Promise<void> {
  const statement =
    dialect.name === 'sqlite'
      ? sql.raw(sqliteTrigger(what))
      : // SQL Server makes a trigger only where nothing comes before it in its text.
        sql`exec(${sql.lit(serverTrigger(what))})`
  await statement.execute(db)
}

export async function allow({ db, dialect }: DatabaseConnection, what: RefusedChange): Promise<void> {
  const schema = dialect.name === 'sqlite' ? '' : `${schemaOf(what)}.`
  await sql.raw(`drop trigger ${schema}"${what.name}"`).execute(db)
}

function sqliteTrigger({ name, change, table, when, words = refusedByTest }: RefusedChange): string {
  const row = change === 'delete' ? 'old' : 'new'
  const only = when ? `when ${when((column) => `${row}."${column}"`)}` : ''
  return `create trigger "${name}" before ${change} on "${table.replace('.', '_')}" ${only}
    begin select raise(abort, '${words}'); end`
}

function serverTrigger({ name, change, table, when, words = refusedByTest }: RefusedChange): string {
  const rows = change === 'delete' ? 'deleted' : 'inserted'
  const only = when ? `where ${when((column) => `"${column}"`)}` : ''
  return `create trigger ${schemaOf({ table })}."${name}" on ${table} after ${change} as
    if exists (select * from ${rows} ${only}) throw 50000, '${words}', 1`
}

const refusedByTest = 'refused by the test'
const schemaOf = ({ table }: Pick<RefusedChange, 'table'>) => table.split('.')[0] ?? ''
