import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { Clock, staleTimes, type TimeSpan } from '#shared/clock'
import { DatabaseConnection, withinSpan, type Row } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'

/** What has to be known of a message to publish it, or to find where it is. */
export const owedColumns = [
  ...(['OutboxId', 'MessageId', 'Subject', 'Body'] as const),
  ...(['Traceparent', 'DatePublished', 'StreamSequence'] as const),
] as const

export type QuietMessage = Pick<Row<'AsyncSchema.Outbox'>, (typeof owedColumns)[number]>

/** Of each kind; there are up to six. */
const pageSize = 200
/** Spelt out, so that both databases use the index of what was never published. */
const toPublish = sql.lit(outboxState.toPublish)
/** The same: what waits for its moment is in neither. */
const waiting = sql.lit(outboxState.waiting)

@Injectable()
export class QuietRows {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Owed messages not heard of for a while, the quietest first: a short while if nobody has written down that they were
   * published. Each question reads its stretch of an index, however many messages are owed.
   */
  async quiet(quietSeconds: number, unpublishedSeconds: number): Promise<QuietMessage[]> {
    const { db, dialect } = this.connection
    const now = this.clock.instant()
    const pages = await dialect.questions(db, [
      ...staleTimes(now, quietSeconds * 1_000).map((span) => this.owed(span)),
      ...staleTimes(now, unpublishedSeconds * 1_000).map((span) =>
        this.owed(span).where('o.State', '=', toPublish),
      ),
    ])
    return [...new Map(pages.flat().map((row) => [row.OutboxId, row])).values()]
  }

  /** Nothing more need be asked of them for a while. */
  heard(messages: readonly QuietMessage[]): Promise<void> {
    return this.stepBehind(messages, {})
  }

  /** They can be neither read nor published: they step behind the others. */
  unreadable(messages: readonly QuietMessage[], reason: string): Promise<void> {
    return this.stepBehind(messages, { LastReason: reason })
  }

  private async stepBehind(
    messages: readonly QuietMessage[],
    why: { readonly LastReason?: string },
  ): Promise<void> {
    if (!messages.length) return
    await this.connection.db
      .updateTable('AsyncSchema.Outbox')
      .set({ DateLastHeard: this.clock.now(), ...why })
      .where(
        'OutboxId',
        'in',
        messages.map(({ OutboxId }) => OutboxId),
      )
      .where('DateEnded', 'is', null)
      .execute()
  }

  private owed(span: TimeSpan) {
    const { db, dialect } = this.connection
    const query = db
      // What somebody is ending or writing down at this moment is not quiet.
      .selectFrom(dialect.looking('AsyncSchema.Outbox', 'o'))
      .select(owedColumns)
      .where('o.DateEnded', 'is', null)
      .where('o.State', '<>', waiting)
      .where(withinSpan('o.DateLastHeard', span))
      .orderBy('o.DateLastHeard')
    return dialect.first(query, pageSize)
  }
}
