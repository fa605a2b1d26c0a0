import type { DatabaseConnection } from '../connection.js'
import type { ActualColumn } from '../dialect.js'
import { all, type Question } from '../question.js'
import { columnsOf, type TableName } from './tables.js'

/** The columns that tables have in the database. A table of which the catalogue says nothing has none here. */
export async function actualColumns(
  { db, dialect }: Pick<DatabaseConnection, 'db' | 'dialect'>,
  tables: readonly TableName[],
): Promise<ActualColumn[]> {
  const { rows } = await dialect.actualColumns(tables).execute(db)
  return rows
}

/** The same as a question. */
export const actualColumnsOf = (
  { db, dialect }: Pick<DatabaseConnection, 'db' | 'dialect'>,
  tables: readonly TableName[],
): Question<readonly ActualColumn[]> => all({ compile: () => dialect.actualColumns(tables).compile(db) })

/** Those that the code does not know: whoever added them keeps something there, which the code would leave behind. */
export const unknownAmong = (
  columns: readonly ActualColumn[],
  tables: readonly TableName[],
): ActualColumn[] =>
  columns.filter(({ table, column }) => {
    const known = tables.find((name) => name === table)
    return known !== undefined && !(column in columnsOf(known))
  })
