import { Injectable } from '@nestjs/common'
import { Clock, toLondon, type LocalTime } from '#shared/clock'
import type { OutgoingMessage } from '#shared/contracts'
import { DatabaseConnection, outboxState, type Row } from '#shared/database'

export type QuietMessage = Pick<
  Row<'AsyncSchema.Outbox'>,
  'OutboxId' | 'MessageId' | 'Subject' | 'Body' | 'Traceparent' | 'DatePublished' | 'StreamSequence'
>

const pageSize = 200

@Injectable()
export class RepublishQuietRepository {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Owed messages not heard of for a while: a short one if nobody has written down that they were published. */
  quiet(quietSeconds: number, unpublishedSeconds: number): Promise<QuietMessage[]> {
    const { db, dialect } = this.connection
    const query = db
      .selectFrom('AsyncSchema.Outbox')
      .select(['OutboxId', 'MessageId', 'Subject', 'Body', 'Traceparent', 'DatePublished', 'StreamSequence'])
      .where('DateEnded', 'is', null)
      .where((eb) =>
        eb.or([
          eb('DateLastHeard', '<', this.ago(quietSeconds)),
          eb.and([
            eb('State', '=', outboxState.toPublish),
            eb('DateLastHeard', '<', this.ago(unpublishedSeconds)),
          ]),
        ]),
      )
      .orderBy('DateLastHeard')
    return dialect.first(query, pageSize).execute()
  }

  /** They were found waiting in their stream: no need to ask again for a while. */
  async heard(messages: readonly QuietMessage[]): Promise<void> {
    if (!messages.length) return
    await this.connection.db
      .updateTable('AsyncSchema.Outbox')
      .set({ DateLastHeard: this.clock.now() })
      .where(
        'OutboxId',
        'in',
        messages.map(({ OutboxId }) => OutboxId),
      )
      .execute()
  }

  private ago(seconds: number): LocalTime {
    return toLondon(new Date(this.clock.instant().getTime() - seconds * 1_000))
  }
}

export const outgoing = (row: QuietMessage): OutgoingMessage => ({
  id: row.MessageId,
  // The relay and the unit of work are the only ones to write these two, from the contracts.
  subject: row.Subject as OutgoingMessage['subject'],
  body: JSON.parse(row.Body) as OutgoingMessage['body'],
  ...(row.Traceparent ? { traceparent: row.Traceparent } : {}),
})
