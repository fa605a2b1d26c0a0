import { shownTime, type LocalTime } from '../../clock/index.js'
import { taskStatus, type TaskRef } from '../../contracts/index.js'
import type { DatabaseConnection, Row } from '../../database/index.js'
import type { TaskNumber } from '../tasks/cancel-task.js'
import type { ClaimState, EntryOf } from './journey.rules.js'

type TaskSchema = TaskRef['schema']
const schemas: readonly TaskSchema[] = ['ExtSchema', 'IntSchema']
/** SQL Server takes at most 2,100 parameters in one statement. */
const idsPerQuery = 500

/**
 * What the database knows of a reference. Reads that an operator asks for now and then: some of them look through a
 * whole table. Never selects a column that holds personal data.
 */
export class Journeys {
  constructor(private readonly connection: DatabaseConnection) {}

  async claims(reference: string): Promise<ClaimState[]> {
    const { db } = this.connection
    const outside = await db
      .selectFrom('ExtSchema.Claim')
      .select(['ClaimId', 'Status', 'DateSubmitted'])
      .where('Reference', '=', reference)
      .orderBy('ClaimId')
      .execute()
    const inside = await db
      .selectFrom('IntSchema.Claim')
      .select(['ClaimId', 'Status', 'DateSubmitted', 'LastUpdated'])
      .where('Reference', '=', reference)
      .orderBy('ClaimId')
      .execute()
    return [
      ...outside.map((row) => claimState('ExtSchema', { ...row, LastUpdated: null })),
      ...inside.map((row) => claimState('IntSchema', row)),
    ]
  }

  async events(reference: string): Promise<EntryOf<'event'>[]> {
    const rows = await this.connection.db
      .selectFrom('IntSchema.ClaimEvent')
      .select(['ClaimId', 'DateAdded', 'Event', 'IsInternal'])
      .where('Reference', '=', reference)
      .orderBy('ClaimEventId')
      .execute()
    return rows.map((row) => ({
      what: 'event',
      at: shownTime(row.DateAdded),
      name: row.Event,
      claimId: row.ClaimId,
      internal: row.IsInternal,
    }))
  }

  /** The Task rows that carry the reference, in both schemas. */
  async tasks(reference: string): Promise<EntryOf<'task'>[]> {
    const found = schemas.map(async (schema) => {
      const rows = await this.tasksOf(schema).where('Reference', '=', reference).execute()
      return rows.map((row) => taskFound(schema, row))
    })
    return (await Promise.all(found)).flat()
  }

  /** The Task rows that name a claim and no reference, as those for the archive do. */
  tasksOfClaims(claimIds: readonly number[]): Promise<EntryOf<'task'>[]> {
    return inParts(claimIds, async (ids) => {
      const found = schemas.map(async (schema) => {
        const rows = await this.tasksOf(schema)
          .where('Reference', 'is', null)
          .where('ClaimId', 'in', ids)
          .execute()
        return rows.map((row) => taskFound(schema, row))
      })
      return (await Promise.all(found)).flat()
    })
  }

  /** A Task row by its number. */
  async task({ schema, taskId }: TaskNumber): Promise<EntryOf<'task'>[]> {
    const rows = await this.tasksOf(schema).where('TaskId', '=', taskId).execute()
    return rows.map((row) => taskFound(schema, row))
  }

  /** The runs of Task rows. */
  async runs(tasks: readonly TaskNumber[]): Promise<EntryOf<'message'>[]> {
    const found = schemas.map((schema) =>
      inParts(
        tasks.filter((task) => task.schema === schema).map(({ taskId }) => taskId),
        async (ids) => {
          const rows = await this.messages()
            .where('TaskSchema', '=', schema)
            .where('TaskId', 'in', ids)
            .execute()
          return rows.map(messageEntry)
        },
      ),
    )
    return (await Promise.all(found)).flat()
  }

  /** @param reference letters and digits only: it becomes part of a pattern */
  async messagesWithoutTask(reference: string): Promise<EntryOf<'message'>[]> {
    const rows = await this.messages()
      .where('TaskId', 'is', null)
      .where('Body', 'like', `%"reference":"${reference}"%`)
      .execute()
    return rows.map(messageEntry)
  }

  /** What consumers did with messages. */
  consumed(messageIds: readonly string[]): Promise<EntryOf<'consumer'>[]> {
    return inParts(messageIds, async (ids) => {
      const rows = await this.connection.db
        .selectFrom('AsyncSchema.Inbox')
        .select(['Consumer', 'MessageId', 'State', 'DateStarted', 'DateDone'])
        .where('MessageId', 'in', ids)
        .orderBy('MessageId')
        .execute()
      return rows.map((row) => ({
        what: 'consumer',
        at: shownTime(row.DateStarted),
        id: row.MessageId,
        consumer: row.Consumer,
        state: row.State,
        done: optional(row.DateDone),
      }))
    })
  }

  /** What was handed over to Notify about a claim of the reference. */
  async notifications(reference: string): Promise<EntryOf<'notification'>[]> {
    const rows = await this.handedOver().where('Reference', '=', reference).execute()
    return rows.map(notificationEntry)
  }

  /** What was handed over to Notify by messages. */
  notificationsOf(messageIds: readonly string[]): Promise<EntryOf<'notification'>[]> {
    return inParts(messageIds, async (ids) => {
      const rows = await this.handedOver().where('MessageId', 'in', ids).execute()
      return rows.map(notificationEntry)
    })
  }

  /** The events of the reference's claims that other systems were told of, or are to be. */
  async webhooks(reference: string): Promise<EntryOf<'webhook'>[]> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.WebhookEvent as v')
      .innerJoin('AsyncSchema.WebhookDelivery as d', 'd.EventId', 'v.EventId')
      .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
      .select(['v.WebhookId', 'v.Event', 'e.Name', 'd.Sequence', 'd.State', 'd.LastReason'])
      .select(['d.DateQueued', 'd.DateEnded'])
      .where('v.Reference', '=', reference)
      .orderBy('v.EventId')
      .execute()
    return rows.map((row) => ({
      ...{ what: 'webhook', at: shownTime(row.DateQueued), id: row.WebhookId, event: row.Event },
      ...{ endpoint: row.Name, sequence: row.Sequence, state: row.State, reason: row.LastReason },
      ended: optional(row.DateEnded),
    }))
  }

  private handedOver() {
    return this.connection.db
      .selectFrom('AsyncSchema.Notification')
      .select(['MessageId', 'Channel', 'Template', 'State'])
      .select(['DateSent', 'DateEnded', 'DateNextLook', 'DateSentAnew'])
      .orderBy('DateSent')
  }

  private tasksOf(schema: TaskSchema) {
    return this.connection.db
      .selectFrom(`${schema}.Task`)
      .select(['TaskId', 'Task', 'ClaimId', 'Status', 'DateCreated', 'DateProcessed'])
      .orderBy('TaskId')
  }

  private messages() {
    return this.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select(['MessageId', 'Subject', 'Run', 'State', 'Attempts', 'LastReason'])
      .select(['DateCreated', 'DatePublished', 'DateEnded', 'DateNotBefore'])
      .orderBy('OutboxId')
  }
}

interface ClaimRow {
  readonly ClaimId: number
  readonly Status: string
  readonly DateSubmitted: LocalTime | null
  readonly LastUpdated: LocalTime | null
}

const claimState = (schema: TaskSchema, row: ClaimRow): ClaimState => ({
  schema,
  claimId: row.ClaimId,
  status: row.Status,
  submitted: optional(row.DateSubmitted),
  updated: optional(row.LastUpdated),
})

type TaskRow = Pick<
  Row<'IntSchema.Task'>,
  'TaskId' | 'Task' | 'ClaimId' | 'Status' | 'DateCreated' | 'DateProcessed'
>

const taskFound = (schema: TaskSchema, row: TaskRow): EntryOf<'task'> => ({
  what: 'task',
  at: shownTime(row.DateCreated),
  schema,
  taskId: row.TaskId,
  name: row.Task,
  claimId: row.ClaimId,
  status: row.Status,
  // Of a row that has not ended it is the moment before which nothing is to be done.
  processed: hasEnded(row) ? optional(row.DateProcessed) : null,
})

type MessageRow = Pick<
  Row<'AsyncSchema.Outbox'>,
  | 'MessageId'
  | 'Subject'
  | 'Run'
  | 'State'
  | 'Attempts'
  | 'LastReason'
  | 'DateCreated'
  | 'DatePublished'
  | 'DateEnded'
  | 'DateNotBefore'
>

const messageEntry = (row: MessageRow): EntryOf<'message'> => ({
  what: 'message',
  at: shownTime(row.DateCreated),
  id: row.MessageId,
  // A run that ended as it was taken has none.
  subject: row.Subject || null,
  run: row.Run,
  state: row.State,
  retries: row.Attempts,
  lastReason: row.LastReason,
  published: optional(row.DatePublished),
  ended: optional(row.DateEnded),
  notBefore: optional(row.DateNotBefore),
})

type HandedOverRow = Pick<
  Row<'AsyncSchema.Notification'>,
  'MessageId' | 'Channel' | 'Template' | 'State' | 'DateSent' | 'DateEnded' | 'DateNextLook' | 'DateSentAnew'
>

const notificationEntry = (row: HandedOverRow): EntryOf<'notification'> => ({
  ...{ what: 'notification', at: shownTime(row.DateSent), id: row.MessageId },
  ...{ channel: row.Channel, template: row.Template, state: row.State },
  ...{ ended: optional(row.DateEnded), next: optional(row.DateNextLook) },
  sentAnew: optional(row.DateSentAnew),
})

const hasEnded = ({ Status }: TaskRow): boolean =>
  Status === taskStatus.complete || Status === taskStatus.failed

const optional = (time: LocalTime | null): LocalTime | null => (time === null ? null : shownTime(time))

/** Asks about ids a part at a time. */
async function inParts<Id, Found>(
  ids: readonly Id[],
  ask: (part: readonly Id[]) => Promise<readonly Found[]>,
): Promise<Found[]> {
  const found: Found[] = []
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    found.push(...(await ask(ids.slice(start, start + idsPerQuery))))
  }
  return found
}
