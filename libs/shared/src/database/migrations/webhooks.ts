import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { createTables } from './create-tables.js'

/**
 * Endpoints, events and deliveries. An endpoint's number is given once, an event is queued there once, and one of its
 * deliveries at a time is due: whoever comes second is refused by an index.
 */
export async function createWebhooks(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await createTables(db, dialect, [
    'AsyncSchema.WebhookEndpoint',
    'AsyncSchema.WebhookSubscription',
    'AsyncSchema.WebhookEvent',
    'AsyncSchema.WebhookDelivery',
  ])
  const delivery = (name: string) =>
    db.schema.createIndex(`IX_AsyncSchema_WebhookDelivery_${name}`).on('AsyncSchema.WebhookDelivery')
  await delivery('Event').columns(['EventId', 'EndpointId']).unique().execute()
  await delivery('Due').column('EndpointId').unique().where(sql.ref('State'), '=', 'DUE').execute()
  await delivery('State').columns(['EndpointId', 'State', 'Sequence']).execute()
  await delivery('Ended').column('DateEnded').where(sql.ref('DateEnded'), 'is not', null).execute()
  const event = (name: string) =>
    db.schema.createIndex(`IX_AsyncSchema_WebhookEvent_${name}`).on('AsyncSchema.WebhookEvent')
  await event('ToQueue').column('EventId').where(sql.ref('DateQueued'), 'is', null).execute()
  await event('Occurred').column('DateOccurred').execute()
  await event('Claim').column('Reference').where(sql.ref('Reference'), 'is not', null).execute()
  await db.schema
    .createIndex('IX_AsyncSchema_WebhookSubscription_Event')
    .on('AsyncSchema.WebhookSubscription')
    .column('Event')
    .execute()
}
