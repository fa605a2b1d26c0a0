import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock } from '#shared/clock'
import { taskStatus } from '#shared/contracts'
import { DatabaseConnection, orElse, type Database } from '#shared/database'
import { OwnError } from '#shared/logging'
import { DoneBefore, outboxState, type Work } from '#shared/unit-of-work'
import type { NotificationRow } from './notifications.repository.js'

/**
 * `runs-again`: somebody has had it run again, and that run has an end of its own. `refused`: its row is gone, or one of its runs was
 * sent anew before.
 */
type SentAnew = 'sent' | 'runs-again' | 'refused'

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
   */
  async sendAnew(row: NotificationRow): Promise<SentAnew> {
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
              .set({ DateSentAnew: now, DateNextLook: null })
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
      return (await this.runsAgain(row)) ? 'runs-again' : 'refused'
    }
  }

  /** Whether its Task row is under way once more, or was since. */
  async runsAgain(row: NotificationRow): Promise<boolean> {
    const { db } = this.connection
    const underWay = db
      .selectFrom(taskTableOf(row))
      .select('TaskId')
      .where('TaskId', '=', row.TaskId ?? 0)
      .where('Status', 'in', [taskStatus.pending, taskStatus.inProgress])
    const [task, later] = [
      await underWay.executeTakeFirst(),
      await laterRun(db, row.MessageId).executeTakeFirst(),
    ]
    return task !== undefined || later !== undefined
  }

  /** It is not sent anew, in the transaction of what follows from that: whoever comes second ends it. */
  async giveUp(work: Work<never>, { MessageId }: NotificationRow): Promise<void> {
    await work.batch([
      orElse(
        work.db
          .updateTable('AsyncSchema.Notification')
          .set({ DateNextLook: null })
          .where('MessageId', '=', MessageId)
          .where('DateSentAnew', 'is', null)
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
