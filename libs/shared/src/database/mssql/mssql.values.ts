import type mssql from 'mssql'
import { OwnTypeError } from '../../logging/index.js'

type Types = Pick<typeof mssql, 'NVarChar' | 'Int' | 'BigInt' | 'Bit' | 'Decimal' | 'MAX'>

const smallestInt = -2_147_483_648
const largestInt = 2_147_483_647
/** Longer texts are `nvarchar(max)`. */
const longestText = 4_000
/** More than any column of money has, and few enough for every amount. */
const precision = 18
const scale = 4

/**
 * A value with the type it is declared as. Left to itself the driver declares a text by its own length, and the server
 * keeps a plan for every length there is; and an amount as a `float`, which is not what it says. A date is a text: the
 * server turns it into `datetime2` without regard to its language.
 * @throws for what no column holds
 */
export function typedInput(
  types: Types,
  value: unknown,
): { readonly type: mssql.ISqlType | (() => mssql.ISqlType); readonly value: unknown } {
  // Whatever column it is for: of null any type will do.
  if (value === null || value === undefined) return { type: types.NVarChar(longestText), value: null }
  if (typeof value === 'string')
    return { type: types.NVarChar(value.length > longestText ? types.MAX : longestText), value }
  if (typeof value === 'boolean') return { type: types.Bit, value }
  if (typeof value === 'bigint') return { type: types.BigInt, value: String(value) }
  if (typeof value === 'number') return numberInput(types, value)
  throw new OwnTypeError(`a parameter of SQL Server must not be of type ${typeof value}`)
}

function numberInput(types: Types, value: number) {
  if (!Number.isFinite(value)) throw new OwnTypeError('a parameter of SQL Server must be a finite number')
  if (!Number.isInteger(value)) return { type: types.Decimal(precision, scale), value }
  const isInt = value >= smallestInt && value <= largestInt
  return { type: isInt ? types.Int : types.BigInt, value }
}
