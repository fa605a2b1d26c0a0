import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import type { LocalTime } from '#shared/clock'
import { deliveryState, endpointState } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'

/** What waits to be sent to an endpoint that has not ended. */
export interface EndpointQueue {
  readonly endpoint: string
  readonly count: number
  /** When the first of them was queued; null where none waits. */
  readonly first: LocalTime | null
}

/** Spelt out, so that both databases count what waits in an index, and not what was sent. */
const waiting = [sql.lit(deliveryState.queued), sql.lit(deliveryState.due)]

/** How long the endpoints' queues are: at most `mostEndpoints`, each counted in an index from its first to its last. */
@Injectable()
export class WaitingEvents {
  constructor(private readonly connection: DatabaseConnection) {}

  async all(): Promise<EndpointQueue[]> {
    const { db } = this.connection
    const going = db
      .selectFrom('AsyncSchema.WebhookEndpoint')
      .select('EndpointId')
      .where('State', '<>', endpointState.ended)
    const queues = db
      .selectFrom('AsyncSchema.WebhookDelivery')
      .select(({ fn }) => [
        'EndpointId',
        fn.countAll<number>().as('count'),
        fn.min('Sequence').as('firstSequence'),
      ])
      .where('EndpointId', 'in', going)
      .where('State', 'in', waiting)
      .groupBy('EndpointId')
    const rows = await db
      .selectFrom('AsyncSchema.WebhookEndpoint as e')
      .leftJoin(queues.as('q'), 'q.EndpointId', 'e.EndpointId')
      .leftJoin('AsyncSchema.WebhookDelivery as d', (join) =>
        join.onRef('d.EndpointId', '=', 'q.EndpointId').onRef('d.Sequence', '=', 'q.firstSequence'),
      )
      .select(['e.Name as endpoint', 'q.count', 'd.DateQueued as first'])
      .where('e.State', '<>', endpointState.ended)
      .execute()
    return rows.map(({ endpoint, count, first }) => ({ endpoint, count: Number(count ?? 0), first }))
  }
}
