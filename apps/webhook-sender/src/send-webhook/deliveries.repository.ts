import { Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
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
import { dueOf, dueRows, type DueWebhook, type Taken } from './due-webhook.js'
import { freed } from './endpoint-leases.repository.js'

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
  async due(message: MessageIdentity<never>, body: WebhookDeliveryMessage): Promise<DueWebhook | undefined> {
    const named = { ...body, messageId: message.id }
    const [row] = await this.inbox.askFirst(message, firstOf(dueRows(this.connection.db, named)))
    return row && dueOf(row, named)
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
      freed(db, due.endpointId, taken),
      ...(isFirst || isLast ? [this.isDue({ db }, due).set(since)] : []),
    ])
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
      freed(work.db, due.endpointId, taken),
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
      await work.batch([freed(work.db, endpointId, taken), this.queuedAgain(work, due)])
      await this.next(work, endpointId)
      return false
    }
    await work.batch([
      freed(work.db, endpointId, taken),
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
