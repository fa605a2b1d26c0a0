import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { Clock, clocksApartMs, fromLondon, latestShown, toLondon, type LocalTime } from '#shared/clock'
import { type ArrivedState, type FailedState, type MessageIdentity } from '#shared/contracts'
import { DatabaseConnection, orElse, type Row } from '#shared/database'
import type { HandlerName } from '#shared/messaging'
import { DoneBefore, inboxState, type ClaimRef, type Work } from '#shared/unit-of-work'
import type { Notification } from '../sending/notification.js'
import { longestPauseMs, nextLook } from './delivery-state.rules.js'

export type NotificationRow = Row<'AsyncSchema.Notification'>

/** What was handed over to Notify. */
export interface HandedOver {
  readonly message: MessageIdentity
  readonly notification: Pick<Notification, 'channel' | 'template'>
  readonly notifyId: string | undefined
  readonly claim?: ClaimRef | undefined
}

/** The handlers that hand something over. */
const senders = ['send-email', 'send-notification', 'recover-reference'] as const satisfies HandlerName[]
const sending = 'sending'
const unknown = 'unknown'
/** Looked up in one go. */
const dueAtOnce = 2_000
/** Each has a few parameters. */
const changedAtOnce = 200

/** What became of emails and text messages. Who got them stands nowhere in it. */
@Injectable()
export class Notifications {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** With the end of its message: of what nobody gets, there is nothing to look up. */
  async record(work: Work<never>, { message, notification, notifyId, claim }: HandedOver): Promise<void> {
    if (notifyId === undefined) return
    const sent = fromLondon(work.now)
    await work.batch([
      work.db.insertInto('AsyncSchema.Notification').values({
        ...{ MessageId: message.id, NotifyId: notifyId, State: sending },
        ...{ Channel: notification.channel, Template: notification.template },
        ...{ Reference: claim?.reference ?? null, EligibilityId: claim?.eligibilityId ?? null },
        ...{ ClaimId: claim?.claimId ?? null },
        ...{ TaskSchema: message.task?.schema ?? null, TaskId: message.task?.taskId ?? null },
        ...{ DateSent: work.now, DateNextLook: london(nextLook(sent, sent)) },
      }),
    ])
  }

  /** The one that a message was sent as, under Notify's id; undefined where nothing of it is known (yet). */
  find(messageId: string, notifyId: string): Promise<NotificationRow | undefined> {
    return this.connection.db
      .selectFrom('AsyncSchema.Notification')
      .selectAll()
      .where('MessageId', '=', messageId)
      .where('NotifyId', '=', notifyId)
      .executeTakeFirst()
  }

  /** Whether somebody is handing a message over to Notify right now. */
  async isBeingSent(messageId: string): Promise<boolean> {
    const sendingNow = this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select('Consumer')
      .where('Consumer', 'in', senders)
      .where('MessageId', '=', messageId)
      .where('State', '=', inboxState.started)
    return (await sendingNow.executeTakeFirst()) !== undefined
  }

  /**
   * Those whose moment has come, the first ones first.
   * @param longestAnewMs so far ahead something may wait to be sent anew
   */
  async due(longestAnewMs: number): Promise<NotificationRow[]> {
    const { db, dialect } = this.connection
    const now = this.clock.instant()
    const furthest = latestShown(now, Math.max(longestPauseMs, longestAnewMs) + clocksApartMs)
    const rows = db.selectFrom('AsyncSchema.Notification').selectAll().orderBy('DateNextLook')
    const come = rows.where('DateNextLook', '<=', toLondon(now))
    // Further ahead than any that is written: of a clock that was wrong.
    const neverMeant = rows.where('DateNextLook', '>', furthest)
    return [
      ...(await dialect.first(come, dueAtOnce).execute()),
      ...(await dialect.first(neverMeant, dueAtOnce).execute()),
    ]
  }

  /** They arrived. Of those that nobody knew it of yet; @returns how many these are. */
  async arrived(rows: readonly NotificationRow[], state: ArrivedState): Promise<number> {
    return this.end(rows, state)
  }

  /** Notify has not said yet: it is asked again, until it has had its three days. @returns how many will not be asked again */
  async wait(rows: readonly NotificationRow[]): Promise<number> {
    const now = this.clock.instant()
    const next = rows.map((row) => ({ row, look: nextLook(fromLondon(row.DateSent), now) }))
    for (const some of parts(next.filter(({ look }) => look !== undefined))) {
      const looks = some.map(({ row, look }) => sql`when ${row.MessageId} then ${london(look)}`)
      await this.open(some.map(({ row }) => row))
        .set({ DateNextLook: sql<LocalTime>`case ${sql.ref('MessageId')} ${sql.join(looks, sql` `)} end` })
        .execute()
    }
    return this.end(
      next.filter(({ look }) => look === undefined).map(({ row }) => row),
      unknown,
    )
  }

  /**
   * Writes down that one failed, in the transaction of what follows from that: whoever comes second ends it.
   * @param anewAt when it is sent anew, if it is
   */
  async failed(work: Work<never>, row: NotificationRow, state: FailedState, anewAt?: Date): Promise<void> {
    await work.batch([
      orElse(
        work.db
          .updateTable('AsyncSchema.Notification')
          .set({ State: state, DateEnded: work.now, DateNextLook: london(anewAt) })
          .where('MessageId', '=', row.MessageId)
          .where('State', 'in', [sending, unknown]),
        () => new DoneBefore(),
      ),
    ])
  }

  private async end(rows: readonly NotificationRow[], state: ArrivedState | typeof unknown): Promise<number> {
    let ended = 0
    for (const some of parts(rows)) {
      const { numUpdatedRows } = await this.open(some)
        .set({ State: state, DateEnded: this.clock.now(), DateNextLook: null })
        .executeTakeFirst()
      ended += Number(numUpdatedRows)
    }
    return ended
  }

  /** Of these, those of which nobody knows yet what became of them. */
  private open(rows: readonly NotificationRow[]) {
    return this.connection.db
      .updateTable('AsyncSchema.Notification')
      .where(
        'MessageId',
        'in',
        rows.map(({ MessageId }) => MessageId),
      )
      .where('State', 'in', [sending, unknown])
  }
}

const london = (time: Date | undefined): LocalTime | null => (time ? toLondon(time) : null)

function parts<Item>(all: readonly Item[]): Item[][] {
  const found: Item[][] = []
  for (let start = 0; start < all.length; start += changedAtOnce)
    found.push(all.slice(start, start + changedAtOnce))
  return found
}
