import { deliveryState, endpointState } from '../../contracts/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { OperationFailed } from '../operation-failed.js'
import { holdNamed } from './change-endpoint.js'
import { oweNext, type AtNow } from './owe-now.js'
import { queueAgain, whatIsDue } from './queue-again.js'

export interface Requeued {
  readonly endpoint: string
  /** So many are sent once more, what was due among them. */
  readonly deliveries: number
}

const { due, delivered, refused, cancelled } = deliveryState

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
    const { states } = from === undefined ? whatIsDue : { states: [due, delivered, refused, cancelled] }
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
    await queueAgain(db, EndpointId, { states, from }, at)
    await oweNext({ db, dialect }, EndpointId, at)
    return { endpoint: name, deliveries }
  })
}
