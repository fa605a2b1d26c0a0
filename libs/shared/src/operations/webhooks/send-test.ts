import { deliveryState, endpointState, testEvent } from '../../contracts/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { eventRow } from '../../unit-of-work/index.js'
import { OperationFailed } from '../operation-failed.js'
import { holdNamed } from './change-endpoint.js'
import { oweNext, type AtNow } from './owe-now.js'

export interface TestSent {
  readonly endpoint: string
  /** Its place behind what is queued there. */
  readonly sequence: number
}

/** Queues a test event at one endpoint, behind what it has to get before. @throws OperationFailed where it gets nothing */
export async function sendTest(connection: DatabaseConnection, name: string, at: AtNow): Promise<TestSent> {
  const { dialect } = connection
  return connection.transaction(async (db) => {
    const { EndpointId, State, LastSequence } = await holdNamed({ db, dialect }, name)
    if (State === endpointState.ended)
      throw new OperationFailed(`endpoint ${name} is ${State}: nothing is sent there`)
    const sequence = LastSequence + 1
    if (at.dryRun) return { endpoint: name, sequence }
    const row = eventRow({ event: testEvent, key: `${name}.${sequence}.${at.now}`, data: {} }, at.now)
    await db
      .insertInto('AsyncSchema.WebhookEvent')
      .values({ ...row, DateQueued: at.now })
      .execute()
    const { EventId } = await db
      .selectFrom('AsyncSchema.WebhookEvent')
      .select('EventId')
      .where('WebhookId', '=', row.WebhookId)
      .executeTakeFirstOrThrow()
    await dialect.batch(db, [
      db.insertInto('AsyncSchema.WebhookDelivery').values({
        ...{ EndpointId, Sequence: sequence, EventId, State: deliveryState.queued, Run: 0 },
        DateQueued: at.now,
      }),
      db
        .updateTable('AsyncSchema.WebhookEndpoint')
        .set({ LastSequence: sequence })
        .where('EndpointId', '=', EndpointId),
    ])
    await oweNext({ db, dialect }, EndpointId, at)
    return { endpoint: name, sequence }
  })
}
