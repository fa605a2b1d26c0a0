import { Injectable } from '@nestjs/common'
import { Clock, fromLondon } from '#shared/clock'
import type { MessageIdentity } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'

/** What the inbox remembers of attempts to raise a ticket. */
@Injectable()
export class TicketAttempts {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Milliseconds since the last attempt began; undefined if there was none. */
  async sinceLast({ consumer, id }: MessageIdentity): Promise<number | undefined> {
    const attempt = await this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select('DateStarted')
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .executeTakeFirst()
    if (!attempt) return undefined
    return this.clock.instant().getTime() - fromLondon(attempt.DateStarted).getTime()
  }
}
