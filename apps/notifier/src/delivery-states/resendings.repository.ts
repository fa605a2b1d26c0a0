import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock, toLondon } from '#shared/clock'
import { taskStatus } from '#shared/contracts'
import { DatabaseConnection, orElse, type Database } from '#shared/database'
import { OwnError } from '#shared/logging'
import { DoneBefore, outboxState, type Work } from '#shared/unit-of-work'
import type { NotificationRow } from './notifications.repository.js'

/**
 * `runs-again`: somebody has had it run again. `refused`: its row is gone, or one of its runs was sent anew before.
 */
type SentAnew = 'sent' | 'runs-again' | 'refused'

/** `not-sent`: the last run has ended, and sent nothing. */
type Since = 'none' | 'under-way' | 'sent' | 'not-sent'

/** The Task row is another one by now, or under way. */
class NotComplete extends OwnError {
  override readonly name = 'NotComplete'
}

/** What failed for the time being, and may be sent once more by another run of its Task row. */
@Injectable()
export class Resendings {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Whether its Task row was sent anew before: then it is not again. */
  async wasSentAnew({ TaskSchema, TaskId }: NotificationRow): Promise<boolean> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.Notification')
      .select('MessageId')
      .where('TaskSchema', '=', TaskSchema)
      .where('TaskId', '=', TaskId)
      .where('DateSentAnew', 'is not', null)
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * Has its Task row run once more, unless somebody has done so since, or another one of its runs was sent anew. The Task row
   * comes first, as it does for everybody (ADR 34).
   * @param lookAt when somebody is to look whether that run has sent it
   */
  async sendAnew(row: NotificationRow, lookAt: Date): Promise<SentAnew> {
    const { MessageId, TaskId } = row
    const { dialect } = this.connection
    const now = this.clock.now()
    try {
      await this.connection.transaction(async (db) => {
        const itsRun = db
          .selectFrom('AsyncSchema.Outbox as o')
          .select('o.OutboxId')
          .where('o.MessageId', '=', MessageId)
          .where('o.State', '=', outboxState.done)
        await dialect.later(db, [
          orElse(
            db
              .updateTable(taskTableOf(row))
              .set({ Status: taskStatus.pending })
              .where('TaskId', '=', TaskId ?? 0)
              .where('Status', '=', taskStatus.complete)
              .where((task) =>
                task.and([task.exists(itsRun), task.not(task.exists(laterRun(db, MessageId)))]),
              ),
            () => new NotComplete(),
          ),
          orElse(
            db
              .updateTable('AsyncSchema.Notification')
              .set({ DateSentAnew: now, DateNextLook: toLondon(lookAt) })
              .where('MessageId', '=', MessageId)
              .where('DateSentAnew', 'is', null)
              .where('DateNextLook', 'is not', null),
            () => new DoneBefore(),
          ),
        ])
      })
      return 'sent'
    } catch (error) {
      if (error instanceof DoneBefore) return 'sent'
      if (!(error instanceof NotComplete) && !dialect.isDuplicateKey(error)) throw error
      return (await this.since(row)) === 'none' ? 'refused' : 'runs-again'
    }
  }

  /** What became of the runs of its Task row since. */
  async since(row: NotificationRow): Promise<Since> {
    const { db, dialect } = this.connection
    const last = laterRun(db, row.MessageId).select(['l.State', 'l.DateEnded']).orderBy('l.Run', 'desc')
    const [task, run] = [
      await db
        .selectFrom(taskTableOf(row))
        .select('Status')
        .where('TaskId', '=', row.TaskId ?? 0)
        .executeTakeFirst(),
      await dialect.first(last, 1).executeTakeFirst(),
    ]
    const waits = task?.Status === taskStatus.pending || task?.Status === taskStatus.inProgress
    if (waits || run?.DateEnded === null) return 'under-way'
    if (run === undefined) return 'none'
    return run.State === outboxState.done ? 'sent' : 'not-sent'
  }

  /** Somebody looks again whether what was sent anew was sent; unless somebody else has looked meanwhile. */
  async lookAgain({ MessageId, DateNextLook }: NotificationRow, at: Date): Promise<void> {
    if (DateNextLook === null) return
    await this.connection.db
      .updateTable('AsyncSchema.Notification')
      .set({ DateNextLook: toLondon(at) })
      .where('MessageId', '=', MessageId)
      .where('DateNextLook', '=', DateNextLook)
      .execute()
  }

  /** It was not sent anew, in the transaction of what follows from that: whoever comes second ends it. */
  async giveUp(work: Work<never>, { MessageId, DateSentAnew }: NotificationRow): Promise<void> {
    await work.batch([
      orElse(
        work.db
          .updateTable('AsyncSchema.Notification')
          .set({ DateNextLook: null })
          .where('MessageId', '=', MessageId)
          .where('DateSentAnew', DateSentAnew === null ? 'is' : 'is not', null)
          .where('DateNextLook', 'is not', null),
        () => new DoneBefore(),
      ),
    ])
  }

  /** Nothing more follows from it. Repeating is safe. */
  async lookNoMore(messageId: string): Promise<void> {
    await this.connection.db
      .updateTable('AsyncSchema.Notification')
      .set({ DateNextLook: null })
      .where('MessageId', '=', messageId)
      .execute()
  }
}

const taskTableOf = ({ TaskSchema }: NotificationRow) =>
  (TaskSchema === 'ExtSchema' ? 'ExtSchema.Task' : 'IntSchema.Task') as 'IntSchema.Task'

/** A run of the same Task row that came after a message. */
const laterRun = (db: Kysely<Database>, messageId: string) =>
  db
    .selectFrom('AsyncSchema.Outbox as l')
    .innerJoin('AsyncSchema.Outbox as o', (join) =>
      join.onRef('o.TaskId', '=', 'l.TaskId').onRef('o.TaskSchema', '=', 'l.TaskSchema'),
    )
    .select('l.OutboxId')
    .where('o.MessageId', '=', messageId)
    .whereRef('l.Run', '>', 'o.Run')
