import { Injectable } from '@nestjs/common'
import { Clock, type LocalTime } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import { momentsOf, waiting } from '../relay-tasks/relay-tasks.statements.js'
import { owedColumns, type QuietMessage } from '../republish-quiet/quiet-rows.repository.js'

/** Released in one go: their ids fit one statement. */
export const releasedAtOnce = 200

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
    const query = momentsOf(db, dialect).where('o.DateNotBefore', '<=', until)
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
    return dialect.returning(released, owedColumns).execute()
  }
}
