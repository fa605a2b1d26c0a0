import type mssql from 'mssql'
import { OwnRangeError } from '../../logging/index.js'

/**
 * The rows as the rest of the project knows them: `datetime2`, which arrives as a `Date` whose UTC fields are the
 * stored wall clock, as text; `bigint`, which arrives as text, as a number.
 * @throws for a `bigint` that a number cannot hold
 */
export function rowsOf<R>(
  { BigInt }: Pick<typeof mssql, 'BigInt'>,
  recordset: mssql.IRecordSet<Record<string, unknown>>,
): R[] {
  const rows: Record<string, unknown>[] = recordset
  const bigColumns = Object.values(recordset.columns).filter(({ type }) => type === BigInt)
  for (const row of rows) {
    for (const { name } of bigColumns) row[name] = wholeNumber(row[name])
    for (const name in row) {
      const value = row[name]
      if (value instanceof Date) row[name] = value.toISOString().replace('T', ' ').slice(0, 23)
    }
  }
  return rows as R[]
}

function wholeNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new OwnRangeError('a number of the database is too large')
  return number
}
