import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { Inbox } from '#shared/unit-of-work'
import { endpointWithDue } from '../../../../test/support/interleaving/deeds-of-webhooks.js'
import { insertRows } from '../../../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js'
import { Deliveries } from './deliveries.repository.js'
import type { DueWebhook } from './due-webhook.js'
import { EndpointLeases } from './endpoint-leases.repository.js'

const lease = { ms: 60_000, longestMs: 120_000 }
const clock = new ShiftedClock('2024-03-13 11:30:00')

let database: TestDatabase
let leases: EndpointLeases
let deliveries: Deliveries
let due: DueWebhook
beforeAll(async () => {
  database = await createTestDatabase()
  const { connection } = database
  await insertRows(connection, endpointWithDue)
  leases = new EndpointLeases(connection)
  deliveries = new Deliveries(connection, new Inbox(connection, clock), clock)
  const { MessageId: id } = await connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select('MessageId')
    .executeTakeFirstOrThrow()
  const found = await deliveries.due({ id, consumer: 'send-webhook' }, { endpointId: 3, sequence: 1 })
  if (!found) throw new Error('nothing is due')
  due = found
})
beforeEach(() => busyFor(null))
afterAll(() => database?.remove())

/** As the endpoint's row would be so many milliseconds before a lease ends. */
async function busyFor(ms: number | null): Promise<void> {
  const { db, dialect } = database.connection
  await db
    .updateTable('AsyncSchema.WebhookEndpoint')
    .set({ DateBusyUntil: ms === null ? null : dialect.inMs(ms) })
    .where('EndpointId', '=', due.endpointId)
    .execute()
}

async function taken() {
  const one = await leases.take(due, lease)
  if (!one) throw new Error('somebody has it')
  return one
}

describe('an endpoint', () => {
  it('is taken for one request, until its lease ends or it is given back', async () => {
    const first = await taken()
    expect(await leases.take(due, lease)).toBeUndefined()
    await leases.giveBack(first)
    await taken()
    await busyFor(0)
    await taken()
  })

  it('is nobody’s for longer than any setting allows', async () => {
    await busyFor(lease.longestMs - 1_000)
    expect(await leases.take(due, lease)).toBeUndefined()
    await busyFor(lease.longestMs + 60_000)
    await taken()
  })

  it.each<[string, (late: Awaited<ReturnType<typeof taken>>) => Promise<void>]>([
    ['gives it back', (late) => leases.giveBack(late)],
    ['has failed', (late) => deliveries.failed(late, false)],
  ])('is not given back by who had it before, and %s only when somebody else has it', async (_, end) => {
    const late = await taken()
    await busyFor(0)
    const now = await taken()
    await end(late)
    expect(await leases.take(due, lease)).toBeUndefined()
    await leases.giveBack(now)
    await taken()
  })
})
