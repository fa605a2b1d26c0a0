import { Injectable } from '@nestjs/common'
import { Clock, fromLondon } from '#shared/clock'
import {
  deliveryState,
  endpointState,
  messages,
  type MessageIdentity,
  type WebhookDeliveryMessage,
} from '#shared/contracts'
import type { Kysely } from 'kysely'
import { DatabaseConnection, firstOf, type Database } from '#shared/database'
import { Inbox, type Work } from '#shared/unit-of-work'
import { holdEndpoints, makeNextDue } from '#shared/webhooks'

/** An event that is to be sent. */
export interface DueWebhook extends WebhookDeliveryMessage {
  readonly messageId: string
  /** What operators call it. */
  readonly endpoint: string
  readonly address: string
  readonly isPaused: boolean
  /** What its secrets are called. */
  readonly secrets: readonly string[]
  readonly withToken: boolean
  readonly webhookId: string
  readonly event: string
  readonly data: unknown
  readonly occurred: Date
  /** Since when it is tried in vain; absent where it was not tried yet. */
  readonly triedSince?: Date
}

/** An event for whose request its endpoint was taken. */
export interface Taken {
  readonly due: DueWebhook
  /** Until when, by the database's clock: nobody else has it until the same moment. */
  readonly taken: string
}

/** In milliseconds: for how long an endpoint is taken, and for how long anybody takes one. */
export interface Lease {
  readonly ms: number
  readonly longestMs: number
}

type DueMessage = typeof messages.webhookDeliveryDue
type EndedMessage = typeof messages.webhookEndpointEnded

/** What endpoints are to be sent, each its own in one order. */
@Injectable()
export class Deliveries {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
  ) {}

  /** What a message is for, and first of all that is asked about it; undefined where it is not due by it (any more). */
  async due(
    message: MessageIdentity<never>,
    { endpointId, sequence }: WebhookDeliveryMessage,
  ): Promise<DueWebhook | undefined> {
    const [row] = await this.inbox.askFirst(message, firstOf(this.rowOf(message.id, endpointId, sequence)))
    return row && dueOf(row, { endpointId, sequence, messageId: message.id })
  }

  private rowOf(messageId: string, endpointId: number, sequence: number) {
    return this.connection.db
      .selectFrom('AsyncSchema.WebhookDelivery as d')
      .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
      .innerJoin('AsyncSchema.WebhookEvent as v', 'v.EventId', 'd.EventId')
      .select(['e.Name', 'e.Address', 'e.State', 'e.Secret', 'e.OtherSecret', 'e.WithToken'])
      .select(['v.WebhookId', 'v.Event', 'v.Data', 'v.DateOccurred', 'd.DateFirstTried'])
      .where('d.EndpointId', '=', endpointId)
      .where('d.Sequence', '=', sequence)
      .where('d.State', '=', deliveryState.due)
      .where('d.MessageId', '=', messageId)
  }

  /**
   * Takes an endpoint for one request: nobody else sends anything there until the lease ends, or until it is given back. All of
   * it by the database's clock: senders' own may differ by more than a lease. A moment further ahead than anybody takes one for
   * is from before that clock was put right. What is to be sent is read once more by whoever has it: it may have been sent, and
   * those behind it, since it was read.
   * @returns undefined where somebody else has it, or nothing is due by the message any more
   */
  async take(due: DueWebhook, { ms, longestMs }: Lease): Promise<Taken | undefined> {
    const { db, dialect } = this.connection
    const taking = db
      .updateTable('AsyncSchema.WebhookEndpoint')
      .set({ DateBusyUntil: dialect.inMs(ms) })
      .where('EndpointId', '=', due.endpointId)
      .where((row) =>
        row.or([
          row('DateBusyUntil', 'is', null),
          row('DateBusyUntil', '<=', dialect.inMs(0)),
          row('DateBusyUntil', '>', dialect.inMs(longestMs)),
        ]),
      )
    const { endpointId, sequence, messageId } = due
    const [[endpoint], [row]] = await dialect.questions(db, [
      dialect.returning(taking, ['DateBusyUntil']),
      this.rowOf(messageId, endpointId, sequence),
    ])
    const taken = endpoint?.DateBusyUntil
    if (!taken) return undefined
    if (row && row.State !== endpointState.paused) return { due: dueOf(row, due), taken }
    await this.giveBack({ due, taken })
    return undefined
  }

  /** What an endpoint was taken for is over. */
  async giveBack({ due, taken }: Taken): Promise<void> {
    await this.free(this.connection.db, due.endpointId, taken).execute()
  }

  /**
   * A try was in vain: the endpoint is given back, and since when it is tried is written down.
   * @param isLast nobody tries it any more until an operator says so, and then as if for the first time
   */
  async failed({ due, taken }: Taken, isLast: boolean): Promise<void> {
    const { db, dialect } = this.connection
    const isFirst = due.triedSince === undefined
    const since = { DateFirstTried: isLast ? null : this.clock.now() }
    await dialect.batch(db, [
      this.free(db, due.endpointId, taken),
      ...(isFirst || isLast ? [this.isDue({ db }, due).set(since)] : []),
    ])
  }

  private free(db: Kysely<Database>, endpointId: number, taken: string) {
    return db
      .updateTable('AsyncSchema.WebhookEndpoint')
      .set({ DateBusyUntil: null })
      .where('EndpointId', '=', endpointId)
      .where('DateBusyUntil', '=', taken)
  }

  /** It has come to its end, and the endpoint's next one is due. */
  async end(
    work: Work<DueMessage>,
    { due, taken }: Taken,
    state: typeof deliveryState.delivered | typeof deliveryState.refused,
    reason: string | null = null,
  ): Promise<void> {
    await holdEndpoints(work, due.endpointId)
    const ended = state === deliveryState.delivered ? this.isDue(work, due) : this.isDueThere(work, due)
    await work.batch([
      this.free(work.db, due.endpointId, taken),
      // Where an operator had it queued once more meanwhile, it is sent once more.
      ended.set({ State: state, LastReason: reason, DateEnded: work.now }),
      ...(state === deliveryState.delivered ? [] : [this.queuedAgain(work, due)]),
    ])
    await this.next(work, due.endpointId)
  }

  /** Its endpoint is paused: it waits, as those behind it do. */
  async putBack(work: Work<DueMessage>, due: DueWebhook): Promise<void> {
    await holdEndpoints(work, due.endpointId)
    await work.batch([this.queuedAgain(work, due)])
    // Resumed since it was read.
    await this.next(work, due.endpointId)
  }

  /**
   * The endpoint is no more: nothing that is queued there will be sent, and nothing is queued any more.
   * @returns false where an operator has meanwhile given it another address, or had this sent once more: then it is
   */
  async endEndpoint(
    work: Work<DueMessage | EndedMessage>,
    { due, taken }: Taken,
    reason: string,
  ): Promise<boolean> {
    const { endpointId } = due
    await holdEndpoints(work, endpointId)
    const { numUpdatedRows } = await this.isDueThere(work, due)
      .set({ State: deliveryState.refused, LastReason: reason, DateEnded: work.now })
      .executeTakeFirst()
    if (!numUpdatedRows) {
      await work.batch([this.free(work.db, endpointId, taken), this.queuedAgain(work, due)])
      await this.next(work, endpointId)
      return false
    }
    await work.batch([
      this.free(work.db, endpointId, taken),
      work.db
        .updateTable('AsyncSchema.WebhookDelivery')
        .set({ State: deliveryState.cancelled, DateEnded: work.now })
        .where('EndpointId', '=', endpointId)
        .where('State', '=', deliveryState.queued),
      work.db.deleteFrom('AsyncSchema.WebhookSubscription').where('EndpointId', '=', endpointId),
      work.db
        .updateTable('AsyncSchema.WebhookEndpoint')
        .set({ State: endpointState.ended, StateReason: reason, DateChanged: work.now })
        .where('EndpointId', '=', endpointId),
    ])
    work.item(messages.webhookEndpointEnded, endpointId, { endpoint: due.endpoint })
    return true
  }

  private queuedAgain(work: Work<DueMessage>, due: DueWebhook) {
    return this.isDue(work, due).set({ State: deliveryState.queued, MessageId: null })
  }

  /** It is due, and at the address that was asked: what another one says of an endpoint says nothing of this one. */
  private isDueThere(work: Work<DueMessage>, due: DueWebhook) {
    return this.isDue(work, due).where((row) =>
      row.exists(
        row
          .selectFrom('AsyncSchema.WebhookEndpoint as e')
          .select('e.EndpointId')
          .where('e.EndpointId', '=', due.endpointId)
          .where('e.Address', '=', due.address),
      ),
    )
  }

  private async next(work: Work<DueMessage>, endpointId: number): Promise<void> {
    const next = await makeNextDue(work, endpointId)
    if (next) work.owe(messages.webhookDeliveryDue, next.name, next.body)
  }

  private isDue({ db }: { readonly db: Kysely<Database> }, { endpointId, sequence, messageId }: DueWebhook) {
    return db
      .updateTable('AsyncSchema.WebhookDelivery')
      .where('EndpointId', '=', endpointId)
      .where('Sequence', '=', sequence)
      .where('State', '=', deliveryState.due)
      .where('MessageId', '=', messageId)
  }
}

type DueRow = Awaited<ReturnType<ReturnType<Deliveries['rowOf']>['execute']>>[number]

const dueOf = (
  row: DueRow,
  { endpointId, sequence, messageId }: Pick<DueWebhook, 'endpointId' | 'sequence' | 'messageId'>,
): DueWebhook => ({
  ...{ endpointId, sequence, messageId },
  ...{ endpoint: row.Name, address: row.Address },
  isPaused: row.State === endpointState.paused,
  secrets: row.OtherSecret === null ? [row.Secret] : [row.Secret, row.OtherSecret],
  ...{ withToken: row.WithToken, webhookId: row.WebhookId, event: row.Event },
  data: JSON.parse(row.Data) as unknown,
  occurred: fromLondon(row.DateOccurred),
  ...(row.DateFirstTried === null ? {} : { triedSince: fromLondon(row.DateFirstTried) }),
})
