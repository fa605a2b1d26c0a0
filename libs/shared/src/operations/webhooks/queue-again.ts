import type { Transaction } from 'kysely'
import { deliveryState, type DeliveryState } from '../../contracts/index.js'
import type { Database } from '../../database/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import type { AtNow } from './owe-now.js'

/** What is to be sent once more: in which of these states, from which number on. */
export interface Again {
  readonly states: readonly DeliveryState[]
  readonly from?: number | undefined
}

/** What waits for its next try. */
export const whatIsDue: Again = { states: [deliveryState.due] }

/**
 * Queues deliveries of an endpoint once more, what is due there among them: nobody waits for the next try of the message by which
 * it was due. For a transaction that holds the endpoint.
 */
export async function queueAgain(
  db: Transaction<Database>,
  endpointId: number,
  { states, from = 0 }: Again,
  { now }: AtNow,
): Promise<void> {
  await db
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
        .where('State', '=', deliveryState.due)
        .where('MessageId', 'is not', null) as never,
    )
    .execute()
  await db
    .updateTable('AsyncSchema.WebhookDelivery')
    .set({ State: deliveryState.queued, MessageId: null, DateEnded: null })
    .where('EndpointId', '=', endpointId)
    .where('Sequence', '>=', from)
    .where('State', 'in', states)
    .execute()
}
