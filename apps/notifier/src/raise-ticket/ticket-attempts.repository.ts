import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock, clocksApartMs, fromLondon } from '#shared/clock'
import type { MessageIdentity } from '#shared/contracts'
import { DatabaseConnection, type Database } from '#shared/database'
import { insertOnce } from '#shared/unit-of-work'

/** The first attempt's row stands in the inbox beside the message's own, whose time is the last attempt's. */
const firstAttempt = ({ consumer }: MessageIdentity) => `${consumer}:first-attempt`

/** Remembers since when a ticket may be there. */
@Injectable()
export class TicketAttempts {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Milliseconds since the first attempt that may have raised the ticket, the longest that they can be; undefined if
   * there was none. Of one in the future, by a clock that was wrong, nobody knows: infinitely many.
   */
  async sinceFirst(message: MessageIdentity): Promise<number | undefined> {
    const attempt = await this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select('DateStarted')
      .where('Consumer', '=', firstAttempt(message))
      .where('MessageId', '=', message.id)
      .executeTakeFirst()
    if (!attempt) return undefined
    const age = this.clock.instant().getTime() - fromLondon(attempt.DateStarted).getTime()
    return age < -clocksApartMs ? Number.POSITIVE_INFINITY : age
  }

  /** An attempt begins. Only whoever has the message may say so. Repeating is safe: the first word counts. */
  async begin(message: MessageIdentity): Promise<void> {
    await insertOnce(this.connection.db, {
      Consumer: firstAttempt(message),
      MessageId: message.id,
      State: 'STARTED',
      DateStarted: this.clock.now(),
    }).execute()
  }

  /** The attempt raised nothing, for certain, or its message is done. Repeating is safe. */
  async forget(message: MessageIdentity, db: Kysely<Database> = this.connection.db): Promise<void> {
    await db
      .deleteFrom('AsyncSchema.Inbox')
      .where('Consumer', '=', firstAttempt(message))
      .where('MessageId', '=', message.id)
      .execute()
  }
}
