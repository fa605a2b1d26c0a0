import { sql, type Kysely } from 'kysely'
import {
  columnsOf,
  tables,
  type Database,
  type DatabaseConnection,
  type SqlDialect,
  type TableName,
} from '#shared/database'

/** Rows by table; a column that is absent is NULL, also where it has a default. */
export type Rows = Partial<Record<TableName, readonly Readonly<Record<string, unknown>>[]>>

const tableNames = Object.keys(tables) as TableName[]
const webAppTables = tableNames.filter((table) => !table.startsWith('AsyncSchema.'))

/** Inserts rows with the ids they have, identity columns included, in one transaction; the database numbers the rest. */
export async function insertRows({ db, dialect }: DatabaseConnection, rows: Rows): Promise<void> {
  await db.transaction().execute((transaction) => insertInto(transaction, dialect, rows))
}

async function insertInto(db: Kysely<Database>, dialect: SqlDialect, rows: Rows): Promise<void> {
  for (const table of tableNames) {
    const columns = Object.entries(columnsOf(table))
    const identity = columns.find(([, column]) => column.identity)?.[0]
    for (const row of rows[table] ?? []) {
      const values = Object.fromEntries(
        columns.flatMap(([name, column]) => {
          const value = row[name] ?? null
          return value === null && !column.nullable ? [] : [[name, value]]
        }),
      )
      const insert = db.insertInto(table).values(values)
      const setIdentity = (onOff: string) => sql`set identity_insert ${sql.table(table)} ${sql.raw(onOff)}`
      const needsIdentity = identity !== undefined && identity in values && dialect.name === 'mssql'
      await dialect.batch(
        db,
        needsIdentity
          ? [compilable(setIdentity('on'), db), insert, compilable(setIdentity('off'), db)]
          : [insert],
      )
    }
  }
}

/** Every row there is, of this project's own tables too: a back-up. */
export const copyOfRows = (connection: DatabaseConnection): Promise<Rows> => readRows(connection, tableNames)

/** Puts a database back to a copy, in one transaction: as if all that happened since had not. */
export async function restoreRows({ db, dialect }: DatabaseConnection, rows: Rows): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const table of [...tableNames].reverse()) await transaction.deleteFrom(table).execute()
    await insertInto(transaction, dialect, rows)
  })
}

const compilable = (raw: ReturnType<typeof sql>, db: Kysely<Database>) => ({
  compile: () => raw.compile(db),
})

const keysOf = (table: TableName): string[] =>
  Object.entries(columnsOf(table)).flatMap(([name, { primaryKey }]) => (primaryKey ? [name] : []))

/**
 * Every row of the web apps' tables that have any, NULLs left out, milliseconds of nought too. By their keys: without
 * an order SQL Server gives them in any.
 */
export async function readRows(
  { db }: DatabaseConnection,
  names: readonly TableName[] = webAppTables,
): Promise<Record<string, Record<string, unknown>[]>> {
  const found: Record<string, Record<string, unknown>[]> = {}
  for (const table of names) {
    const query = db.selectFrom(table).selectAll()
    const inOrder = keysOf(table).reduce((sorted, key) => sorted.orderBy(sql.ref(key)), query)
    const rows: Record<string, unknown>[] = await inOrder.execute()
    if (rows.length) found[table] = rows.map(plain)
  }
  return found
}

/** The same of an archive, which has the tables of one schema: `Archive.IntSchema.Claim` and so on. */
export async function readArchive(
  archive: DatabaseConnection,
): Promise<Record<string, Record<string, unknown>[]>> {
  const names = webAppTables.filter((table) => table.startsWith('IntSchema.'))
  const found = Object.entries(await readRows(archive, names))
  return Object.fromEntries(found.map(([table, rows]) => [`${archivePrefix}${table}`, rows]))
}

/** The tables of a set that are the archive's, by their names there. */
export const archivedIn = (rows: Readonly<Record<string, unknown>>): Rows =>
  Object.fromEntries(
    Object.entries(rows).flatMap(([table, list]) =>
      table.startsWith(archivePrefix) ? [[table.slice(archivePrefix.length), list]] : [],
    ),
  )

/** The name of a table, without saying in which database it is. */
export const plainTable = (table: string): TableName => table.replace(archivePrefix, '') as TableName

const archivePrefix = 'Archive.'

function plain(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (value === null) return []
      return [
        [
          name,
          typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.000$/, '$1') : value,
        ],
      ]
    }),
  )
}
