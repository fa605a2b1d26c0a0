import { describe, expect, it } from 'vitest'
import { ownerIndexes, serves } from './owner-indexes.js'

const named = (name: string) => {
  const index = ownerIndexes.find((each) => each.name === name)
  if (!index) throw new Error(name)
  return index
}
const ofClaim = named('IX_IntSchema_Task_ClaimId')
const pending = named('IX_IntSchema_Task_Pending')
const table = 'IntSchema.Task'

describe('whether an index of the catalogue serves', () => {
  it.each([
    ['one that begins with the column', ofClaim, { table, column: 'ClaimId', filter: null }, true],
    ['one of another column', ofClaim, { table, column: 'Reference', filter: null }, false],
    ['one of another table', ofClaim, { table: 'ExtSchema.Task', column: 'ClaimId', filter: null }, false],
    ['one of some rows only', ofClaim, { table, column: 'ClaimId', filter: "([Status]='PENDING')" }, false],
    ["SQL Server's filter", pending, { table, column: 'TaskId', filter: "([Status]='PENDING')" }, true],
    ["SQLite's", pending, { table, column: 'TaskId', filter: `"Status" = 'PENDING'` }, true],
    [
      'by another column, of these rows',
      pending,
      { table, column: 'DateCreated', filter: "[Status]='PENDING'" },
      true,
    ],
    ['of other rows', pending, { table, column: 'TaskId', filter: "([Status]='FAILED')" }, false],
    ['by the status, of all rows', pending, { table, column: 'Status', filter: null }, true],
    ['of all rows, by the key', pending, { table, column: 'TaskId', filter: null }, false],
  ])('%s', (_, index, actual, expected) => {
    expect(serves(actual, index)).toBe(expected)
  })
})

describe('the indexes of the owner', () => {
  it('have names, tables and columns of their own', () => {
    const places = ownerIndexes.map((each) => `${each.table} ${each.column} ${each.status ?? ''}`)
    expect(new Set(places).size).toBe(ownerIndexes.length)
    expect(new Set(ownerIndexes.map(({ name }) => name)).size).toBe(ownerIndexes.length)
  })
})
