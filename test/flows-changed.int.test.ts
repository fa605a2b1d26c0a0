import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { changeFlow, type FlowChange } from '#shared/operations'
import { flowRow, stepRow } from './support/interleaving/deeds-of-flows.js'
import { overtaken } from './support/overtaken.js'
import { insertRows } from './support/rows.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

const now = '2024-03-13 11:30:00.000'

describe('of two who change a flow at once, whoever is overtaken', () => {
  const change = (what: FlowChange, connection = database.connection) =>
    changeFlow(connection, what, 7, { now, dryRun: false })

  it.each([
    ['HELD', 'resume', 'resume', 'flow 7 is RUNNING: only HELD can be'],
    ['RUNNING', 'hold', 'cancel', 'flow 7 is CANCELLING: only RUNNING can be'],
  ] as const)('is told how it stands by now: %s, %s and %s', async (State, second, first, told) => {
    await insertRows(database.connection, {
      'AsyncSchema.Flow': [flowRow(7, { State })],
      'AsyncSchema.FlowStep': [stepRow(1, { FlowId: 7 })],
    })
    const late = overtaken(database.connection, () => change(first))
    await expect(change(second, late)).rejects.toThrow(told)
  })
})
