import { describe, expect, it } from 'vitest'
import mssql from 'mssql'
import { rowsOf } from './mssql.rows.js'
import { typedInput } from './mssql.values.js'

describe('a parameter', () => {
  const declared = (value: unknown) => {
    const { type, value: sent } = typedInput(mssql, value)
    const declaration: { type: unknown; length?: number } = typeof type === 'function' ? type() : type
    return { ...declaration, sent }
  }

  it.each([
    ['ABC1234', { type: mssql.NVarChar, length: 4_000, sent: 'ABC1234' }],
    ['', { type: mssql.NVarChar, length: 4_000, sent: '' }],
    [null, { type: mssql.NVarChar, length: 4_000, sent: null }],
    [undefined, { type: mssql.NVarChar, length: 4_000, sent: null }],
    [true, { type: mssql.Bit, sent: true }],
    [7, { type: mssql.Int, sent: 7 }],
    [-2_147_483_648, { type: mssql.Int, sent: -2_147_483_648 }],
    [2_147_483_648, { type: mssql.BigInt, sent: 2_147_483_648 }],
    [7n, { type: mssql.BigInt, sent: '7' }],
    [12.34, { type: mssql.Decimal, precision: 18, scale: 4, sent: 12.34 }],
    ['2024-03-09 00:00:00.000', { type: mssql.NVarChar, length: 4_000, sent: '2024-03-09 00:00:00.000' }],
  ])('%p', (value, expected) => {
    expect(declared(value)).toEqual(expected)
  })

  it('that is a long text has no limit', () => {
    expect(declared('x'.repeat(4_000)).length).toBe(4_000)
    expect(declared('x'.repeat(4_001)).length).toBe(mssql.MAX)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Symbol('x'), { a: 1 }, new Date()])(
    'is never %p',
    (value) => {
      expect(() => typedInput(mssql, value)).toThrow(TypeError)
    },
  )
})

describe('the rows of an answer', () => {
  const recordset = (rows: Record<string, unknown>[], types: Record<string, unknown>) =>
    Object.assign(rows, {
      columns: Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { name, type }])),
    }) as never

  it('have times as text and large numbers as numbers', () => {
    const rows = [
      { at: new Date(Date.UTC(2024, 6, 9, 1, 2, 3, 45)), pence: '3000000000', text: '3000000000' },
    ]
    const types = { at: mssql.DateTime2, pence: mssql.BigInt, text: mssql.NVarChar }
    expect([...rowsOf(mssql, recordset(rows, types))]).toEqual([
      { at: '2024-07-09 01:02:03.045', pence: 3_000_000_000, text: '3000000000' },
    ])
  })

  it('may be null', () => {
    expect([...rowsOf(mssql, recordset([{ pence: null }], { pence: mssql.BigInt }))]).toEqual([
      { pence: null },
    ])
  })

  it('hold no number that is not exact', () => {
    const rows = recordset([{ pence: '9007199254740993' }], { pence: mssql.BigInt })
    expect(() => rowsOf(mssql, rows)).toThrow(RangeError)
  })
})
