import { createHash } from 'node:crypto'
import type { Compilable, Expression, Kysely } from 'kysely'
import type { LocalTime } from '../clock/index.js'
import { followUpId, subjects, type DataOf, type Event, type OutgoingMessage } from '../contracts/index.js'
import { telling, type Database, type NewRow, type SqlDialect } from '../database/index.js'
import { outboxRow } from './outbox.js'

/** Something that other systems are told of, if one of them has asked for it. */
export interface ToldEvent<Some extends Event = Event> {
  readonly event: Some
  /** What tells it from every other one. */
  readonly key: string
  readonly data: DataOf<Some>
  /** Of the claim that it is about. */
  readonly reference?: string
}

/** An event as receivers know it: the same each time that its work is done, and without a full stop. */
export const webhookIdOf = (event: string, key: string): string =>
  `evt_${createHash('sha256').update(`${event} ${key}`).digest('hex').slice(0, 32)}`

export const eventRow = (
  {
    event,
    key,
    data,
    reference,
  }: Omit<ToldEvent, 'event' | 'data'> & {
    readonly event: { readonly name: string }
    readonly data: object
  },
  now: LocalTime,
) =>
  ({
    ...{ WebhookId: webhookIdOf(event.name, key), Event: event.name, Data: JSON.stringify(data) },
    ...{ Reference: reference ?? null, DateOccurred: now },
  }) satisfies NewRow<'AsyncSchema.WebhookEvent'>

/** Whoever has subscribed to any of these. */
export const subscribers = (db: Kysely<Database>, names: readonly string[]) =>
  db.selectFrom('AsyncSchema.WebhookSubscription').select('EndpointId').where('Event', 'in', names)

/**
 * The statements that write events down, and that they are to be queued, where somebody has subscribed to them: of what
 * nobody asked for there is a look at one index, in the round trip that there is anyway.
 * @param owed told the message that is owed then
 */
export function toldEvents(
  {
    db,
    dialect,
    now,
  }: { readonly db: Kysely<Database>; readonly dialect: SqlDialect; readonly now: LocalTime },
  told: readonly ToldEvent[],
  cause: { readonly id: string; readonly traceparent?: string },
  owed: (message: OutgoingMessage) => void,
): Compilable[] {
  if (!told.length) return []
  const names = [...new Set(told.map(({ event }) => event.name))]
  const message = eventsDue(cause)
  const row = insertWhere(db, 'AsyncSchema.Outbox', outboxRow(message, now), subscribers(db, names))
  return [
    ...told.map((each) => toldEvent(db, each, now)),
    telling(dialect.returning(row, ['MessageId']), ([inserted]) => {
      if (inserted) owed(message)
    }),
  ]
}

/**
 * The statement that writes one event down, where somebody has subscribed to it; once, for no work is to fail because it was told
 * before. That it is to be queued it does not say.
 */
export function toldEvent(db: Kysely<Database>, told: ToldEvent, now: LocalTime) {
  const row = eventRow(told, now)
  const { WebhookId } = row
  const toldBefore = db
    .selectFrom('AsyncSchema.WebhookEvent as b')
    .select('b.EventId')
    .where('b.WebhookId', '=', WebhookId)
  const wanted = subscribers(db, [told.event.name]).where((eb) => eb.not(eb.exists(toldBefore)))
  return insertWhere(db, 'AsyncSchema.WebhookEvent', row, wanted)
}

/** The message by which events are queued that are not yet. */
export const eventsDue = ({ id, traceparent }: { readonly id: string; readonly traceparent?: string }) =>
  ({
    ...{ id: followUpId(id, subjects.webhookEventsDue), subject: subjects.webhookEventsDue, body: {} },
    ...(traceparent === undefined ? {} : { traceparent }),
  }) satisfies OutgoingMessage

/** Inserts a row where a question has an answer. */
function insertWhere<Table extends 'AsyncSchema.Outbox' | 'AsyncSchema.WebhookEvent'>(
  db: Kysely<Database>,
  table: Table,
  row: NewRow<Table>,
  condition: Expression<unknown>,
) {
  const values = Object.entries(row)
  return db
    .insertInto(table)
    .columns(values.map(([column]) => column) as never)
    .expression(
      db
        .selectNoFrom((eb) => values.map(([column, value]) => eb.val(value).as(column)))
        .where((eb) => eb.exists(condition)) as never,
    )
}
