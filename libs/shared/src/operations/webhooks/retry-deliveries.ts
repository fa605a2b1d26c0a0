import type { Transaction } from 'kysely'
import { deliveryState, endpointState } from '../../contracts/index.js'
import type { Database, DatabaseConnection } from '../../database/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import { OperationFailed } from '../operation-failed.js'
import { holdNamed } from './change-endpoint.js'
import { oweNext, type AtNow } from './owe-now.js'

export interface Requeued {
  readonly endpoint: string
  /** So many are sent once more, what was due among them. */
  readonly deliveries: number
}

/** What is due is so by another message from now on: nobody waits for the next try of this one. */
const calledOff = (db: Transaction<Database>, endpointId: number, { now }: AtNow) =>
  db
    .updateTable('AsyncSchema.Outbox')
    .set({ State: outboxState.cancelled, DateEnded: now, DateLastHeard: now })
    .where('DateEnded', 'is', null)
    .where(
      'MessageId',
      'in',
      db
        .selectFrom('AsyncSchema.WebhookDelivery')
        .select('MessageId')
        .where('EndpointId', '=', endpointId)
        .where('State', '=', due)
        .where('MessageId', 'is not', null) as never,
    )

const { due, delivered, refused, cancelled, queued } = deliveryState

/**
 * Has what is due at an endpoint tried now, whatever its next try waits for; or all from a number on sent once more, in their
 * order, under the ids that they had. A request that is under way there ends first.
 * @throws OperationFailed where the endpoint gets nothing, or there is nothing to be sent
 */
export async function retryDeliveries(
  connection: DatabaseConnection,
  { name, from }: { readonly name: string; readonly from?: number | undefined },
  at: AtNow,
): Promise<Requeued> {
  const { dialect } = connection
  return connection.transaction(async (db) => {
    const { EndpointId, State } = await holdNamed({ db, dialect }, name)
    if (State !== endpointState.active)
      throw new OperationFailed(`endpoint ${name} is ${State}: nothing is sent there`)
    const states = from === undefined ? [due] : [due, delivered, refused, cancelled]
    const meant = await db
      .selectFrom('AsyncSchema.WebhookDelivery')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('EndpointId', '=', EndpointId)
      .where('Sequence', '>=', from ?? 0)
      .where('State', 'in', states)
      .executeTakeFirstOrThrow()
    const deliveries = Number(meant.count)
    if (!deliveries) throw new OperationFailed(`nothing is there at ${name} to be sent once more`)
    if (at.dryRun) return { endpoint: name, deliveries }
    await calledOff(db, EndpointId, at).execute()
    await db
      .updateTable('AsyncSchema.WebhookDelivery')
      .set({ State: queued, MessageId: null, DateEnded: null })
      .where('EndpointId', '=', EndpointId)
      .where('Sequence', '>=', from ?? 0)
      .where('State', 'in', states)
      .execute()
    await oweNext({ db, dialect }, EndpointId, at)
    return { endpoint: name, deliveries }
  })
}
