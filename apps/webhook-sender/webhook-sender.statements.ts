import { deliveryState } from '#shared/contracts'
import { Inbox } from '#shared/unit-of-work'
import { makeNextDue } from '#shared/webhooks'
import { WaitingEvents } from './src/show-endpoints/waiting-events.repository.js'
import { clock, inUnitOfWork, ofNoTask, type StatementSteps } from '../../tools/statements/step.js'
import { EventQueue } from './src/queue-webhook-events/event-queue.repository.js'
import { Deliveries } from './src/send-webhook/deliveries.repository.js'
import type { DueWebhook } from './src/send-webhook/due-webhook.js'
import { EndpointLeases } from './src/send-webhook/endpoint-leases.repository.js'

const due: DueWebhook = {
  ...{ endpointId: 3, sequence: 412, messageId: 'webhook.3.412.1>webhooks.delivery-due' },
  ...{
    endpoint: 'statistics',
    address: 'https://statistics.example.org/hwpv',
    isPaused: false,
    secrets: ['statistics'],
  },
  ...{ withToken: false, webhookId: 'evt_0123456789abcdef', event: 'claim.paid', data: {} },
  occurred: clock.instant(),
}
const message = { ...ofNoTask, id: due.messageId, consumer: 'send-webhook' }
const taken = '2024-03-13 11:30:21.000'
const endpoint = {
  EndpointId: 3,
  Name: 'statistics',
  State: 'ACTIVE',
  LastSequence: 411,
  Event: 'claim.paid',
}
/** No delivery of the endpoint is due. */
const noneDue = /^select "EndpointId" from "AsyncSchema.{1,3}WebhookDelivery" where "EndpointId" in/

/** What webhook-sender asks the database, step by step. */
export const statements: StatementSteps = {
  'queue-webhook-events: queue': (database) => {
    database.answer = { ...endpoint, EventId: 7, Sequence: 412, Run: 0 }
    database.happens = [[noneDue, 'nothing']]
    return inUnitOfWork(database, async (unit) => void (await new EventQueue().queue(unit)))
  },
  'show-endpoints: queues': ({ connection }) => new WaitingEvents(connection).all(),
  'send-webhook: look': ({ connection }) => {
    const deliveries = new Deliveries(connection, new Inbox(connection, clock), clock)
    return deliveries.due(message, due).catch(() => undefined)
  },
  'send-webhook: take the endpoint': async (database) => {
    const { connection } = database
    database.answer = { DateBusyUntil: taken, DateOccurred: taken, DateFirstTried: null, Data: '{}' }
    const deliveries = new Deliveries(connection, new Inbox(connection, clock), clock)
    const leases = new EndpointLeases(connection)
    await leases.take(due, { ms: 21_000, longestMs: 41_000 })
    database.answer = { ...database.answer, State: 'PAUSED' }
    await leases.take(due, { ms: 21_000, longestMs: 41_000 })
    await deliveries.failed({ due, taken }, false)
    await deliveries.failed({ due: { ...due, triedSince: clock.instant() }, taken }, true)
  },
  'send-webhook: end': async (database) => {
    database.answer = { ...endpoint, Sequence: 413, Run: 0 }
    const deliveries = new Deliveries(database.connection, new Inbox(database.connection, clock), clock)
    await inUnitOfWork(
      database,
      (unit) => deliveries.end(unit, { due, taken }, deliveryState.delivered),
      message,
    )
    await inUnitOfWork(
      database,
      (unit) => deliveries.end(unit, { due, taken }, deliveryState.refused, 'webhook-422'),
      message,
    )
    await inUnitOfWork(database, (unit) => deliveries.putBack(unit, due), message)
    await inUnitOfWork(
      database,
      async (unit) => void (await deliveries.endEndpoint(unit, { due, taken }, 'webhook-410')),
      message,
    )
  },
  'send-webhook: gone, and changed meanwhile': async (database) => {
    database.answer = { ...endpoint, Sequence: 413, Run: 0 }
    database.happens = [[/^update "AsyncSchema.{1,3}WebhookDelivery" set .* exists \(/, 'nothing']]
    const deliveries = new Deliveries(database.connection, new Inbox(database.connection, clock), clock)
    await inUnitOfWork(
      database,
      async (unit) => void (await deliveries.endEndpoint(unit, { due, taken }, 'webhook-410')),
      message,
    )
  },
  'send-webhook: nothing follows': (database) => {
    database.happens = [[/^select (?:top\(1\) )?"d"."Sequence"/, 'nothing']]
    return inUnitOfWork(database, async (unit) => void (await makeNextDue(unit, 3)), message)
  },
}
