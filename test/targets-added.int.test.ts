import { afterAll, beforeAll, expect, it } from 'vitest'
import { toLondon } from '#shared/clock'
import { setTarget } from '#shared/operations'
import type { TargetGiven } from '#shared/provisioning'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

const given: TargetGiven = {
  wsdl: 'https://legacy.example.org/ws?wsdl',
  format: 'default',
  kinds: ['user'],
  credentials: null,
  addressed: false,
}

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.remove())

it('tells the second of two that add a target of one name that there is one', async () => {
  const change = { now: toLondon(new Date('2026-11-20T10:00:00Z')), dryRun: false }
  const both = [1, 2].map(() => setTarget(database.connection, 'legacy', given, change))
  const [first, second] = await Promise.allSettled(both)
  expect(first).toMatchObject({ status: 'fulfilled', value: { added: true } })
  expect(second).toMatchObject({ reason: { message: 'there is a target legacy by now' } })
})
