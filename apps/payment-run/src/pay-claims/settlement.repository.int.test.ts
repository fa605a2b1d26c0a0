import { afterEach, beforeEach, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { subjects } from '#shared/contracts'
import { Log } from '#shared/logging'
import { addEndpoint } from '#shared/operations'
import { claimIds } from '../../../../test/support/claim-rows.js'
import { payableRows } from '../../../../test/support/payment-rows.js'
import { insertRows, readRows } from '../../../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js'
import { PaymentRuns } from './payment-runs.repository.js'
import { Settlement } from './settlement.repository.js'

const RunId = 'payment-run.2024-03-12'
const clock = new ShiftedClock('2024-03-13 00:05:00')

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  const nothing = { LastKey: 0, TopUpsPaid: 0, LeftOut: 0, DateStarted: '2024-03-12 00:05:00' }
  const { ClaimId, Reference } = claimIds(1)
  await insertRows(database.connection, {
    ...payableRows(1, { expenses: [10] }),
    // As a day that was broken off left it.
    'AsyncSchema.PaymentRun': [
      {
        ...{ RunId, RunDate: '2024-03-12', Stamp: '20240312000500', State: 'FILES-WRITTEN', Stage: 0 },
        ...{ ...nothing, ClaimsPaid: 1, TotalPence: 1000 },
      },
    ],
    'AsyncSchema.Payment': [
      { RunId, Kind: 'claim', ItemId: ClaimId, ClaimId, Reference, Amount: 1000, State: 'RESERVED' },
    ],
  })
})
afterEach(() => database.remove())

async function settle(): Promise<void> {
  const { connection } = database
  const runs = new PaymentRuns(connection, clock)
  const settlement = new Settlement(connection, runs, Log.create('test', 'silent'))
  for (let run = await runs.get(RunId); run.State !== 'SETTLED'; run = await runs.get(RunId))
    await settlement.settleNext(run)
}

const owed = () =>
  database.connection.db.selectFrom('AsyncSchema.Outbox').select(['Subject', 'State']).execute()

it('owes word of what it has paid, whatever becomes of the message that has it settled', async () => {
  const books = { name: 'books', address: 'https://books.example.org/', secret: 'first', token: false }
  const at = { now: clock.now(), dryRun: false, reason: 'they asked for it' }
  await addEndpoint(database.connection, { ...books, events: ['claim.paid'] }, at)
  await settle()
  const { 'AsyncSchema.WebhookEvent': told } = await readRows(database.connection, [
    'AsyncSchema.WebhookEvent',
  ])
  expect(told).toMatchObject([{ Event: 'claim.paid', Reference: claimIds(1).Reference }])
  expect(await owed()).toEqual([{ Subject: subjects.webhookEventsDue, State: 'TO-PUBLISH' }])
})

it('owes nothing where nobody has asked for it', async () => {
  await settle()
  expect(await owed()).toEqual([])
})
