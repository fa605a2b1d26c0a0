import { describe, expect, it } from 'vitest'
import {
  CompiledQuery,
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  sql,
} from 'kysely'
import { listOf } from '../statement-list.js'
import type { Database } from '../schema/tables.js'
import { KnownStatements } from './known-statements.js'
import { statementOf } from './statement.rules.js'

const db = new Kysely<Database>({
  dialect: {
    createAdapter: () => new MssqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (on) => new MssqlIntrospector(on),
    createQueryCompiler: () => new MssqlQueryCompiler(),
  },
})
const update = db.updateTable('IntSchema.Claim').set({ Status: 'NEW' }).where('Reference', '=', 'ABC1234')
const remove = db.deleteFrom('ExtSchema.Claim').where('Reference', '=', 'ABC1234')

describe('what is told of a statement', () => {
  it.each([
    [
      'SELECT IntSchema.Claim',
      db
        .selectFrom('IntSchema.Claim as c')
        .innerJoin('IntSchema.Visitor as v', 'v.VisitorId', 'c.ClaimId')
        .select('c.Status'),
    ],
    ['UPDATE IntSchema.Claim', update],
    ['DELETE ExtSchema.Claim', remove],
    [
      'INSERT AsyncSchema.Inbox',
      db
        .insertInto('AsyncSchema.Inbox')
        .columns(['Consumer'])
        .expression(db.selectFrom('IntSchema.Task').select('Task')),
    ],
  ])('is %s', (expected, query) => {
    const { operation, collection } = statementOf(query.compile())
    expect(`${operation} ${collection}`).toBe(expected)
  })

  it('of a list is how many statements it has, and of one alone what that is', () => {
    const known = new KnownStatements({})
    const names = (...statements: CompiledQuery[]) => known.of(listOf(statements))
    expect(names(update.compile(), remove.compile())).toMatchObject({
      name: 'BATCH',
      options: { attributes: { 'db.operation.name': 'BATCH', 'db.operation.batch.size': 2 } },
    })
    expect(names(update.compile()).name).toBe('UPDATE IntSchema.Claim')
  })

  it('of SQL by hand is its first word', () => {
    expect(statementOf(sql`  select 'Ann'`.compile(db))).toEqual({ operation: 'SELECT' })
    expect(statementOf(CompiledQuery.raw("'Ann'"))).toEqual({ operation: 'SQL' })
  })
})
