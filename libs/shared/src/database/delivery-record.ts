import { sql, type Kysely } from 'kysely'
import type { Clock } from '../clock/index.js'
import type { MessageIdentity } from '../contracts/index.js'
import type { DatabaseConnection } from './connection.js'
import type { Inbox } from './inbox.js'
import { endMessage } from './outbox.js'
import { fit, type Database } from './tables.js'

/** Writes down what became of a delivery, where an operator can find it: in the task run. */
export class DeliveryRecord {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly clock: Clock,
  ) {}

  /** An attempt failed and another will follow. */
  async failedAttempt(message: MessageIdentity, reason: string): Promise<void> {
    await this.note(message, reason, { counts: true })
  }

  /** An attempt got nowhere, and waits for its upstream: it does not count. */
  async waiting(message: MessageIdentity, reason: string): Promise<void> {
    await this.note(message, reason, { counts: false })
  }

  /** Nobody will try again: the Task row is `FAILED`, and the run says why. Repeating changes nothing. */
  async gaveUp(message: MessageIdentity, reason: string): Promise<void> {
    if (await this.inbox.isDone(message)) return
    const { dialect } = this.connection
    const now = this.clock.now()
    await this.connection.transaction((transaction) =>
      dialect.batch(transaction, [
        ...endMessage(transaction, message, { state: 'FAILED', now, reason }),
        jobRunOf(transaction, message).set({
          State: 'FAILED',
          LastReason: fit('AsyncSchema.JobRun', 'LastReason', reason),
          DateEnded: now,
        }),
      ]),
    )
  }

  private async note(
    message: MessageIdentity,
    reason: string,
    { counts }: { readonly counts: boolean },
  ): Promise<void> {
    const { dialect } = this.connection
    const now = this.clock.now()
    await this.connection.transaction((transaction) =>
      dialect.batch(transaction, [
        transaction
          .updateTable('AsyncSchema.Outbox')
          .$if(counts, (query) => query.set({ Attempts: sql<number>`${sql.ref('Attempts')} + 1` }))
          .set({ LastReason: fit('AsyncSchema.Outbox', 'LastReason', reason), DateLastHeard: now })
          .where('MessageId', '=', message.id),
        jobRunOf(transaction, message).set({ LastReason: fit('AsyncSchema.JobRun', 'LastReason', reason) }),
      ]),
    )
  }
}

/** The consumer's run over many rows, if that is what the message is about. */
const jobRunOf = (db: Kysely<Database>, { consumer, id }: MessageIdentity) =>
  db.updateTable('AsyncSchema.JobRun').where('Consumer', '=', consumer).where('MessageId', '=', id)
