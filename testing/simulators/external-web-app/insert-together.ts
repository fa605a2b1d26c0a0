import { sql, type Kysely } from 'kysely'
import { columnsOf, type Database, type SqlDialect, type TableName } from '#shared/database'

/** SQL Server takes at most 2,100 parameters in one statement. */
const parametersAtOnce = 2_000

/** Inserts rows that have the same columns, with the ids they have; SQL Server allows that to the tables' owner only. */
export async function insertTogether(
  db: Kysely<Database>,
  dialect: SqlDialect,
  table: TableName,
  rows: readonly object[],
): Promise<void> {
  const [first] = rows
  if (!first) return
  const atOnce = Math.floor(parametersAtOnce / Object.keys(first).length)
  const ownId = dialect.name === 'mssql' && hasOwnId(table, first)
  const identityInsert = (onOff: string) => ({
    compile: () => sql`set identity_insert ${sql.table(table)} ${sql.raw(onOff)}`.compile(db),
  })
  for (let start = 0; start < rows.length; start += atOnce) {
    const insert = db.insertInto(table).values(rows.slice(start, start + atOnce))
    await dialect.batch(db, ownId ? [identityInsert('on'), insert, identityInsert('off')] : [insert])
  }
}

const hasOwnId = (table: TableName, row: object): boolean =>
  Object.entries(columnsOf(table)).some(([name, { identity }]) => identity === true && name in row)
