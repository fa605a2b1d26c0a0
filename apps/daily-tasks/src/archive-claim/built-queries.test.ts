import { expect, it } from 'vitest'
import type { Compilable, CompiledQuery } from 'kysely'
import { sqliteDialect } from '#shared/database'
import { builtQuery } from './built-queries.js'

const saying = (sql: string) => (): Compilable<unknown> => ({
  compile: () => ({ sql, parameters: [] }) as unknown as CompiledQuery,
})

it('is built once for each dialect, and for each of two that have one name', () => {
  const other = { ...sqliteDialect }
  expect(builtQuery(sqliteDialect, 'other claims', saying('one')).sql).toBe('one')
  expect(builtQuery(other, 'other claims', saying('another')).sql).toBe('another')
  expect(builtQuery(sqliteDialect, 'other claims', saying('a third')).sql).toBe('one')
})
