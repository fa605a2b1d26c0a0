import { afterAll, beforeAll, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { Log } from '#shared/logging'
import { Inbox } from '#shared/unit-of-work'
import { endpointWithDue } from '../../../../test/support/interleaving/deeds-of-webhooks.js'
import { insertRows } from '../../../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js'
import { WebhookReceivers } from '../../../../test/support/webhook-receivers.js'
import { SecretFile } from '../../../../test/support/webhook-work.js'
import { SecretRegistry } from '../secrets/secret-registry.service.js'
import { WebhookSenderSettings } from '../webhook-sender.settings.js'
import { Deliveries } from './deliveries.repository.js'
import { EndpointLeases } from './endpoint-leases.repository.js'
import { OneRequest } from './one-request.js'
import { WebhookClient } from './webhook.client.js'

let database: TestDatabase
let receivers: WebhookReceivers
let secrets: SecretFile
let client: WebhookClient
const clock = new ShiftedClock('2024-03-13 11:30:00')
beforeAll(async () => {
  secrets = new SecretFile()
  ;[database, receivers] = await Promise.all([createTestDatabase(), WebhookReceivers.listen()])
  client = new WebhookClient({ timeoutMs: 2_000, isLoopbackAllowed: true, now: () => clock.instant() })
})
afterAll(async () => {
  client?.close()
  await receivers?.close()
  await database?.remove()
  secrets.remove()
})

it('sends what is due to where its endpoint is when it is taken, and not where it was when it was read', async () => {
  const { connection } = database
  await insertRows(connection, endpointWithDue)
  const goTo = (name: string) =>
    connection.db
      .updateTable('AsyncSchema.WebhookEndpoint')
      .set({ Address: receivers.addressOf(name) })
      .execute()
  await goTo('before')
  const [row] = await connection.db.selectFrom('AsyncSchema.Outbox').select('MessageId').execute()
  const deliveries = new Deliveries(connection, new Inbox(connection, clock), clock)
  const message = { id: row?.MessageId ?? '', consumer: 'send-webhook' }
  const due = await deliveries.due(message, { endpointId: 3, sequence: 1 })
  if (!due) throw new Error('nothing is due')
  await goTo('now')
  const registry = new SecretRegistry(secrets.path, Log.create('webhook-sender', 'silent'))
  const leases = new EndpointLeases(connection)
  const settings = new WebhookSenderSettings({})
  const tried = await new OneRequest(leases, registry, client, settings, clock).send(due)
  expect(tried?.answer).toEqual({ kind: 'delivered' })
  expect(receivers.calls.map(({ endpoint }) => endpoint)).toEqual(['now'])
})
