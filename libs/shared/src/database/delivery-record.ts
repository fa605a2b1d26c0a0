import { sql } from 'kysely'
import type { Clock } from '../clock/index.js'
import type { MessageIdentity } from '../contracts/index.js'
import type { DatabaseConnection } from './connection.js'
import type { Inbox } from './inbox.js'
import { endMessage } from './outbox.js'
import { fit } from './tables.js'

/** Writes down what became of a delivery, where an operator can find it: in the task run. */
export class DeliveryRecord {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
  ) {}

  /** An attempt failed and another will follow. */
  async failedAttempt(message: MessageIdentity, reason: string): Promise<void> {
    await this.inbox.release(message)
    await this.connection.db
      .updateTable('AsyncSchema.Outbox')
      .set({
        Attempts: sql<number>`${sql.ref('Attempts')} + 1`,
        LastReason: fit('AsyncSchema.Outbox', 'LastReason', reason),
        DateLastHeard: this.clock.now(),
      })
      .where('MessageId', '=', message.id)
      .execute()
  }

  /** Nobody will try again: the Task row is `FAILED`, and the run says why. Repeating changes nothing. */
  async gaveUp(message: MessageIdentity, reason: string): Promise<void> {
    if (await this.inbox.isDone(message)) return
    const { db, dialect } = this.connection
    const now = this.clock.now()
    await db
      .transaction()
      .execute((transaction) =>
        dialect.batch(transaction, endMessage(transaction, message, { state: 'FAILED', now, reason })),
      )
  }
}
