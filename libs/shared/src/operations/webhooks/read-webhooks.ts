import type { LocalTime } from '../../clock/index.js'
import { deliveryState, type DeliveryState } from '../../contracts/index.js'
import type { DatabaseConnection, Row } from '../../database/index.js'
import { outboxState } from '../../unit-of-work/index.js'

/** What an endpoint is to get next. */
export interface DueStanding {
  readonly sequence: number
  readonly since: LocalTime | null
  readonly failedTries: number
  readonly reason: string | null
  /** Nobody tries it any more: it is a dead letter, and all behind it wait. */
  readonly isHeld: boolean
}

export interface EndpointStanding {
  readonly endpoint: string
  readonly address: string
  readonly events: readonly string[]
  /** What its secrets are called. */
  readonly secrets: readonly string[]
  readonly token: boolean
  readonly state: string
  readonly reason: string | null
  readonly changed: LocalTime
  readonly deliveries: Readonly<Record<DeliveryState, number>>
  readonly due: DueStanding | null
}

export interface DeliveryStanding {
  readonly sequence: number
  readonly webhookId: string
  readonly event: string
  readonly state: string
  readonly reason: string | null
  readonly occurred: LocalTime
  readonly ended: LocalTime | null
}

/** The endpoints by their names, or one of them. */
export async function readEndpoints({ db }: DatabaseConnection, only?: string): Promise<EndpointStanding[]> {
  const endpoints = await db
    .selectFrom('AsyncSchema.WebhookEndpoint')
    .selectAll()
    .$if(only !== undefined, (rows) => rows.where('Name', '=', only ?? ''))
    .orderBy('Name')
    .execute()
  if (!endpoints.length) return []
  const ids = endpoints.map(({ EndpointId }) => EndpointId)
  const subscriptions = await db
    .selectFrom('AsyncSchema.WebhookSubscription')
    .selectAll()
    .where('EndpointId', 'in', ids)
    .orderBy('Event')
    .execute()
  const counts = await db
    .selectFrom('AsyncSchema.WebhookDelivery')
    .select(({ fn }) => ['EndpointId', 'State', fn.countAll<number>().as('count')])
    .where('EndpointId', 'in', ids)
    .groupBy(['EndpointId', 'State'])
    .execute()
  const due = await db
    .selectFrom('AsyncSchema.WebhookDelivery as d')
    .leftJoin('AsyncSchema.Outbox as o', 'o.MessageId', 'd.MessageId')
    .select(['d.EndpointId', 'd.Sequence', 'd.DateDue', 'o.State', 'o.Attempts', 'o.LastReason'])
    .where('d.EndpointId', 'in', ids)
    .where('d.State', '=', deliveryState.due)
    .execute()
  const ofEndpoint =
    (id: number) =>
    <Each extends { readonly EndpointId: number }>(each: Each) =>
      each.EndpointId === id
  return endpoints.map((row) => {
    const isIts = ofEndpoint(row.EndpointId)
    const head = due.find(isIts)
    const its = counts.filter(isIts)
    return {
      ...standingOf(row),
      events: subscriptions.filter(isIts).map(({ Event }) => Event),
      deliveries: countsOf(its),
      due: head ? dueOf(head) : null,
    }
  })
}

/** The deliveries of an endpoint, the newest first. */
export async function readDeliveries(
  { db, dialect }: DatabaseConnection,
  endpoint: string,
  { limit, state }: { readonly limit: number; readonly state?: string | undefined },
): Promise<DeliveryStanding[]> {
  const query = db
    .selectFrom('AsyncSchema.WebhookDelivery as d')
    .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
    .innerJoin('AsyncSchema.WebhookEvent as v', 'v.EventId', 'd.EventId')
    .select(['d.Sequence', 'd.State', 'd.LastReason', 'd.DateEnded'])
    .select(['v.WebhookId', 'v.Event', 'v.DateOccurred'])
    .where('e.Name', '=', endpoint)
    .$if(state !== undefined, (rows) => rows.where('d.State', '=', state ?? ''))
    .orderBy('d.Sequence', 'desc')
  const rows = await dialect.first(query, limit).execute()
  return rows.map((row) => ({
    ...{ sequence: row.Sequence, webhookId: row.WebhookId, event: row.Event, state: row.State },
    ...{ reason: row.LastReason, occurred: row.DateOccurred, ended: row.DateEnded },
  }))
}

const standingOf = (row: Row<'AsyncSchema.WebhookEndpoint'>) => ({
  ...{ endpoint: row.Name, address: row.Address, state: row.State, reason: row.StateReason },
  ...{ token: row.WithToken, changed: row.DateChanged },
  secrets: row.OtherSecret === null ? [row.Secret] : [row.Secret, row.OtherSecret],
})

function countsOf(
  rows: readonly { readonly State: string; readonly count: number }[],
): EndpointStanding['deliveries'] {
  const of = (state: DeliveryState) => Number(rows.find(({ State }) => State === state)?.count ?? 0)
  const states = Object.values(deliveryState)
  return Object.fromEntries(states.map((state) => [state, of(state)])) as EndpointStanding['deliveries']
}

interface DueRow {
  readonly Sequence: number
  readonly DateDue: LocalTime | null
  readonly State: string | null
  readonly Attempts: number | null
  readonly LastReason: string | null
}

const dueOf = (row: DueRow): DueStanding => ({
  ...{ sequence: row.Sequence, since: row.DateDue, failedTries: row.Attempts ?? 0 },
  // Of one that was pruned nobody knows any more: it is held as well.
  ...{ reason: row.LastReason, isHeld: row.State === null || row.State === outboxState.failed },
})
