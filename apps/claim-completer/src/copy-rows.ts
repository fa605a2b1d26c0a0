import {
  sql,
  type AliasedExpression,
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SqlBool,
} from 'kysely'
import { columnsOf, type Database, type TableName } from '#shared/database'

/** The tables of a claim and its eligibility that both schemas have. */
export const copiedTables = [
  'Eligibility',
  'Visitor',
  'Prisoner',
  'EligibleChild',
  'Benefit',
  'Claim',
  'ClaimBankDetail',
  'ClaimExpense',
  'ClaimChild',
  'ClaimDocument',
  'ClaimEscort',
] as const
export type CopiedTable = (typeof copiedTables)[number]

/** The columns that rows are chosen by; not every table has each. */
interface ChoosingColumns {
  EligibilityId: number
  Reference: string
  ClaimId: number | null
  ClaimDocumentId: number
  IsEnabled: boolean | null
}
export type RowFilter = (row: ExpressionBuilder<{ x: ChoosingColumns }, 'x'>) => Expression<SqlBool>

/**
 * Copies rows from the external table to the internal one, ids included: every column that the code knows of both, but
 * for those given here. What the database has besides, `ForeignColumns` has looked at. The external rows are `x`.
 * @param from the external table as `x`, where its rows are to be taken
 */
export function copyRows(
  db: Kysely<Database>,
  table: CopiedTable,
  filter: RowFilter,
  given: Readonly<Record<string, RawBuilder<unknown>>> = {},
  from: AliasedExpression<unknown, 'x'> = sql.table(`ExtSchema.${table}`).as('x'),
) {
  const columns = [...sharedColumns(table), ...Object.keys(given)].filter(
    (column, index, all) => all.indexOf(column) === index,
  )
  const values = columns.map((column) => (given[column] ?? sql`${sql.ref(`x.${column}`)}`).as(column))
  // The tables differ in type, not in what is asked of them here.
  const source = (db as unknown as Kysely<Record<string, ChoosingColumns>>)
    .selectFrom(from as never)
    .select(values)
    .where(filter as never)
  return db
    .insertInto(`IntSchema.${table}`)
    .columns(columns as never)
    .expression(source as never)
}

/** Copies documents. One of an expense that has not arrived, for it was disabled, comes without it. */
export function copyDocuments(db: Kysely<Database>, filter: RowFilter) {
  const arrivedExpense = db
    .selectFrom('IntSchema.ClaimExpense as e')
    .select('e.ClaimExpenseId')
    .whereRef('e.ClaimExpenseId', '=', sql.ref('x.ClaimExpenseId'))
  return copyRows(db, 'ClaimDocument', filter, { ClaimExpenseId: sql`${arrivedExpense}` })
}

function sharedColumns(table: CopiedTable): string[] {
  const internal = columnsOf(`IntSchema.${table}` as TableName)
  return Object.keys(columnsOf(`ExtSchema.${table}` as TableName)).filter((column) => column in internal)
}
