import { sql, type Compilable, type Transaction } from 'kysely'
import {
  deliveryState,
  endpointState,
  mostEndpoints,
  type EndpointState,
  type EventName,
} from '../../contracts/index.js'
import type { Database, DatabaseConnection, Row } from '../../database/index.js'
import { OperationFailed } from '../operation-failed.js'
import { unlessTaken } from '../unless-taken.js'
import { oweNext, type AtNow } from './owe-now.js'
import { queueAgain, whatIsDue } from './queue-again.js'

export interface NewEndpoint {
  readonly name: string
  readonly address: string
  readonly events: readonly EventName[]
  readonly secret: string
  readonly token: boolean
}

/** What is to be other; what is absent stays. */
export interface EndpointChange {
  readonly name: string
  readonly address?: string | undefined
  readonly events?: readonly EventName[] | undefined
  readonly secret?: string | undefined
  /** Null: only one is valid from now on. */
  readonly otherSecret?: string | null | undefined
  readonly token?: boolean | undefined
  readonly state?: 'active' | 'paused' | 'ended' | undefined
}

export interface EndpointSaid {
  readonly endpoint: string
  readonly state: EndpointState
}

type Endpoint = Row<'AsyncSchema.WebhookEndpoint'>

/** @throws OperationFailed where there is another one of that name, or there are as many as can be */
export async function addEndpoint(
  connection: DatabaseConnection,
  { name, address, events, secret, token }: NewEndpoint,
  { now, dryRun }: AtNow,
): Promise<EndpointSaid> {
  const { dialect } = connection
  const taken = new OperationFailed(`there is another endpoint ${name}`, 'name')
  await unlessTaken(connection, taken, async (db) => {
    const held = await db
      .selectFrom(dialect.holding('AsyncSchema.WebhookEndpoint', 'e'))
      .select(['e.EndpointId', 'e.Name', 'e.State', 'e.Address', 'e.Secret', 'e.WithToken'])
      .execute()
    const known = held.find(({ Name }) => Name === name)
    if (known) {
      const isSame = known.Address === address && known.Secret === secret && known.WithToken === token
      if (isSame && known.State === endpointState.active && (await gets(db, known.EndpointId, events))) return
      throw taken
    }
    if (held.filter(({ State }) => State !== endpointState.ended).length >= mostEndpoints)
      throw new OperationFailed(`there are ${mostEndpoints} endpoints: no more can be`)
    if (dryRun) return
    await db
      .insertInto('AsyncSchema.WebhookEndpoint')
      .values({
        ...{ Name: name, Address: address, Secret: secret, WithToken: token, State: endpointState.active },
        ...{ LastSequence: 0, DateCreated: now, DateChanged: now },
      })
      .execute()
    const { EndpointId } = await db
      .selectFrom('AsyncSchema.WebhookEndpoint')
      .select('EndpointId')
      .where('Name', '=', name)
      .executeTakeFirstOrThrow()
    await subscribe(db, EndpointId, events).execute()
  })
  return { endpoint: name, state: endpointState.active }
}

/** @throws OperationFailed where there is none of that name, or it cannot be so */
export async function changeEndpoint(
  connection: DatabaseConnection,
  change: EndpointChange,
  at: AtNow,
): Promise<EndpointSaid> {
  const { dialect } = connection
  return connection.transaction(async (db) => {
    const held = await holdNamed({ db, dialect }, change.name)
    const state = stateOf(change, held)
    if (at.dryRun) return { endpoint: change.name, state }
    await dialect.batch(db, statementsOf(db, held, change, state, at))
    if (state === endpointState.active) {
      const isLetGoOn = held.State === endpointState.paused
      if (isLetGoOn || isAskedOtherwise(change, held)) await queueAgain(db, held.EndpointId, whatIsDue, at)
      await oweNext({ db, dialect }, held.EndpointId, at)
    }
    return { endpoint: change.name, state }
  })
}

/** An endpoint by its name, the transaction's own until its end. @throws OperationFailed where there is none */
export async function holdNamed(
  { db, dialect }: Pick<DatabaseConnection, 'dialect'> & { readonly db: Transaction<Database> },
  name: string,
): Promise<Endpoint> {
  const held = await db
    .selectFrom(dialect.holding('AsyncSchema.WebhookEndpoint', 'e'))
    .selectAll('e')
    .where('e.Name', '=', name)
    .executeTakeFirst()
  if (!held) throw new OperationFailed(`there is no endpoint ${name}`)
  return held
}

function stateOf({ name, state, events }: EndpointChange, { State }: Endpoint): EndpointState {
  const to = state === undefined ? (State as EndpointState) : endpointState[state]
  if (State === endpointState.ended && to !== endpointState.ended && !events)
    throw new OperationFailed(
      `endpoint ${name} has ended: say which events it is to get from now on`,
      'events',
    )
  if (State === endpointState.ended && to === endpointState.ended)
    throw new OperationFailed(`endpoint ${name} has ended`)
  return to
}

/** Its requests are other ones from now on: what was answered to those before says nothing of them, nor when to ask again. */
const isAskedOtherwise = (change: EndpointChange, held: Endpoint): boolean =>
  isOther(change.address, held.Address) ||
  isOther(change.secret, held.Secret) ||
  isOther(change.otherSecret, held.OtherSecret) ||
  isOther(change.token, held.WithToken)

const isOther = <T>(said: T | undefined, is: T): boolean => said !== undefined && said !== is

function statementsOf(
  db: Transaction<Database>,
  { EndpointId: id }: Endpoint,
  { address, events, secret, otherSecret, token }: EndpointChange,
  state: EndpointState,
  { now, reason }: AtNow,
): Compilable[] {
  const isEnded = state === endpointState.ended
  const unsubscribe = db.deleteFrom('AsyncSchema.WebhookSubscription').where('EndpointId', '=', id)
  return [
    db
      .updateTable('AsyncSchema.WebhookEndpoint')
      .set({
        ...{ State: state, StateReason: state === endpointState.active ? null : reason, DateChanged: now },
        ...(address === undefined ? {} : { Address: address }),
        ...(secret === undefined ? {} : { Secret: secret }),
        ...(otherSecret === undefined ? {} : { OtherSecret: otherSecret }),
        ...(token === undefined ? {} : { WithToken: token }),
      })
      .where('EndpointId', '=', id),
    ...(events || isEnded ? [unsubscribe] : []),
    ...(events && !isEnded ? [subscribe(db, id, events)] : []),
    ...(isEnded ? [cancelled(db, id, now)] : []),
  ]
}

const subscribe = (db: Transaction<Database>, id: number, events: readonly EventName[]) =>
  db
    .insertInto('AsyncSchema.WebhookSubscription')
    .values([...new Set(events)].map((Event) => ({ EndpointId: id, Event })))

/** It gets these, and no others. */
async function gets(db: Transaction<Database>, id: number, events: readonly EventName[]): Promise<boolean> {
  const rows = await db
    .selectFrom('AsyncSchema.WebhookSubscription')
    .select('Event')
    .where('EndpointId', '=', id)
    .execute()
  const has = new Set(rows.map(({ Event }) => Event))
  return has.size === new Set(events).size && events.every((event) => has.has(event))
}

const cancelled = (db: Transaction<Database>, id: number, now: AtNow['now']) =>
  db
    .updateTable('AsyncSchema.WebhookDelivery')
    .set({ State: deliveryState.cancelled, DateEnded: now })
    .where('EndpointId', '=', id)
    .where('State', 'in', [sql.lit(deliveryState.queued), sql.lit(deliveryState.due)])
