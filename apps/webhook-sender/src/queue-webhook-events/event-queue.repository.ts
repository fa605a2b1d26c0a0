import { Injectable } from '@nestjs/common'
import { deliveryState, endpointState } from '#shared/contracts'
import type { Work } from '#shared/unit-of-work'
import { holdEndpoints, makeNextDue, type DueDelivery } from '#shared/webhooks'
import { queued, type Queued } from './queued.rules.js'

/** Queued in one transaction. */
const eventsAtOnce = 100
/** Few enough for SQL Server's parameters. */
const rowsAtOnce = 200

/** What came of queueing. */
export interface Queueing {
  readonly due: readonly DueDelivery[]
  /** There may be more. */
  readonly isMore: boolean
}

/** Events that are to be queued at the endpoints that subscribed to them: `AsyncSchema.WebhookEvent` and `WebhookDelivery`. */
@Injectable()
export class EventQueue {
  /**
   * Queues what is not queued yet, in the order in which it was written down: what was caused by an event comes behind it.
   * Whoever does so at the same time waits, and finds what is left. What is being written down is passed over, for its own
   * message follows: all endpoints are held here, and wait for nobody's work.
   */
  async queue(work: Work<never>): Promise<Queueing> {
    const { db, dialect } = work
    const endpoints = await holdEndpoints(work)
    const toQueue = db
      .selectFrom(dialect.looking('AsyncSchema.WebhookEvent', 'v'))
      .select(['v.EventId', 'v.Event'])
      .where('v.DateQueued', 'is', null)
      .orderBy('v.EventId')
    const events = await dialect.first(toQueue, eventsAtOnce).execute()
    if (!events.length) return { due: [], isMore: false }
    const subscriptions = await db
      .selectFrom('AsyncSchema.WebhookSubscription')
      .select(['EndpointId', 'Event'])
      .execute()
    const rows = queued(events, endpoints, subscriptions)
    await this.insert(work, rows)
    await work.batch([
      db
        .updateTable('AsyncSchema.WebhookEvent')
        .set({ DateQueued: work.now })
        .where(
          'EventId',
          'in',
          events.map(({ EventId }) => EventId),
        ),
    ])
    const isMore = events.length === eventsAtOnce
    const active = endpoints.filter(({ State }) => State === endpointState.active)
    const idle = await this.idleAmong(
      work,
      active.map(({ EndpointId }) => EndpointId),
      rows,
    )
    const due: DueDelivery[] = []
    for (const endpointId of idle) {
      const next = await makeNextDue(work, endpointId)
      if (next) due.push(next)
    }
    return { due, isMore }
  }

  private async insert(work: Work<never>, rows: readonly Queued[]): Promise<void> {
    const { db, now } = work
    const parts = Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, i) =>
      rows.slice(i * rowsAtOnce, (i + 1) * rowsAtOnce),
    )
    const last = new Map(rows.map(({ EndpointId, Sequence }) => [EndpointId, Sequence]))
    await work.batch([
      ...parts.map((part) =>
        db.insertInto('AsyncSchema.WebhookDelivery').values(
          part.map((row) => ({
            ...row,
            ...{ State: deliveryState.queued, Run: 0, DateQueued: now },
          })),
        ),
      ),
      ...[...last].map(([endpointId, sequence]) =>
        db
          .updateTable('AsyncSchema.WebhookEndpoint')
          .set({ LastSequence: sequence })
          .where('EndpointId', '=', endpointId),
      ),
    ])
  }

  /** Those that something was queued at and of which nothing is due. */
  private async idleAmong(
    { db }: Work<never>,
    endpointIds: readonly number[],
    rows: readonly Queued[],
  ): Promise<number[]> {
    const touched = new Set(rows.map(({ EndpointId }) => EndpointId))
    const asked = endpointIds.filter((id) => touched.has(id))
    if (!asked.length) return []
    const due = await db
      .selectFrom('AsyncSchema.WebhookDelivery')
      .select('EndpointId')
      .where('EndpointId', 'in', asked)
      .where('State', '=', deliveryState.due)
      .execute()
    const busy = new Set(due.map(({ EndpointId }) => EndpointId))
    return asked.filter((id) => !busy.has(id))
  }
}
