import type { Kysely } from 'kysely'
import type { LocalTime } from '../clock/index.js'
import {
  deliveryState,
  endpointState,
  followUpId,
  subjects,
  type WebhookDeliveryMessage,
} from '../contracts/index.js'
import type { Database, SqlDialect } from '../database/index.js'

/** A delivery that has become due: the message that is owed for it. */
export interface DueDelivery {
  readonly name: string
  readonly body: WebhookDeliveryMessage
}

interface Place {
  readonly db: Kysely<Database>
  readonly dialect: SqlDialect
  readonly now: LocalTime
}

/**
 * Endpoints that have not ended, for the transaction's own until its end: whoever queues deliveries there, ends one, or
 * makes one due waits for the others, and finds what they have done.
 * @param only one of them; all by default
 */
export function holdEndpoints({ db, dialect }: Omit<Place, 'now'>, only?: number) {
  return db
    .selectFrom(dialect.holding('AsyncSchema.WebhookEndpoint', 'e'))
    .select(['e.EndpointId', 'e.Name', 'e.State', 'e.LastSequence'])
    .where('e.State', '<>', endpointState.ended)
    .$if(only !== undefined, (rows) => rows.where('e.EndpointId', '=', only ?? 0))
    .orderBy('e.EndpointId')
    .execute()
}

/**
 * Makes the next delivery of an endpoint due, if the endpoint is active and none is. For a transaction that holds the endpoint.
 * @returns what is owed then
 */
export async function makeNextDue(
  { db, dialect, now }: Place,
  endpointId: number,
): Promise<DueDelivery | undefined> {
  const due = db
    .selectFrom('AsyncSchema.WebhookDelivery as o')
    .select('o.Sequence')
    .where('o.EndpointId', '=', endpointId)
    .where('o.State', '=', deliveryState.due)
  const queued = db
    .selectFrom('AsyncSchema.WebhookDelivery as d')
    .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
    .select(['d.Sequence', 'd.Run'])
    .where('d.EndpointId', '=', endpointId)
    .where('d.State', '=', deliveryState.queued)
    .where('e.State', '=', endpointState.active)
    .where((row) => row.not(row.exists(due)))
    .orderBy('d.Sequence')
  const next = await dialect.first(queued, 1).executeTakeFirst()
  if (!next) return undefined
  const { Sequence: sequence } = next
  const run = next.Run + 1
  const name = `webhook.${endpointId}.${sequence}.${run}`
  await db
    .updateTable('AsyncSchema.WebhookDelivery')
    .set({
      ...{ State: deliveryState.due, Run: run, MessageId: followUpId(name, subjects.webhookDeliveryDue) },
      ...{ DateDue: now, DateFirstTried: null, DateEnded: null, LastReason: null },
    })
    .where('EndpointId', '=', endpointId)
    .where('Sequence', '=', sequence)
    .where('State', '=', deliveryState.queued)
    .execute()
  return { name, body: { endpointId, sequence } }
}
