import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { Clock, type LocalTime } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import type { QuietMessage } from '../republish-quiet/quiet-rows.repository.js'

/** Released in one go: their ids fit one statement. */
export const releasedAtOnce = 200
/** Spelt out, so that both databases use the index of what waits: however many do, only what is due is read. */
const waiting = sql.lit(outboxState.waiting)

/** The messages of the outbox that wait for their moment. */
@Injectable()
export class WaitingMessages {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Has those published that are due, the first ones first: they are owed from now on. Of several relays each gets others;
   * what was cancelled meanwhile nobody gets.
   * @param until London time: what is not to be published before it, or before an earlier one, is due
   */
  async release(until: LocalTime): Promise<QuietMessage[]> {
    const { db, dialect } = this.connection
    const query = db
      .selectFrom(dialect.looking('AsyncSchema.Outbox', 'o'))
      .select('o.OutboxId')
      .where('o.State', '=', waiting)
      .where('o.DateNotBefore', '<=', until)
      .orderBy('o.DateNotBefore')
    const due = await dialect.first(query, releasedAtOnce).execute()
    if (!due.length) return []
    const released = db
      .updateTable('AsyncSchema.Outbox')
      .set({ State: outboxState.toPublish, DateLastHeard: this.clock.now() })
      .where(
        'OutboxId',
        'in',
        due.map(({ OutboxId }) => OutboxId),
      )
      .where('State', '=', waiting)
    return dialect
      .returning(released, [
        ...(['OutboxId', 'MessageId', 'Subject', 'Body', 'Traceparent'] as const),
        ...(['DatePublished', 'StreamSequence'] as const),
      ])
      .execute()
  }
}
