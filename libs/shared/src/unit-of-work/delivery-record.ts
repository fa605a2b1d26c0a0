import { sql, type Kysely } from 'kysely'
import type { Clock } from '../clock/index.js'
import { taskStatus, type MessageIdentity, type TaskRef } from '../contracts/index.js'
import { type DatabaseConnection, fit, type Database } from '../database/index.js'
import type { Inbox } from './inbox.js'
import { givingUp } from './inbox-rows.js'
import { endMessage } from './outbox.js'

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

  /**
   * Nobody will try again: so says the inbox, the Task row is `FAILED`, and the run says why. A row that is another one
   * than the message's is not its: it waits for a run of its own. Repeating changes nothing.
   */
  async gaveUp(message: MessageIdentity, reason: string): Promise<void> {
    const standing = await this.inbox.standing(message)
    if (standing === 'done') return
    const { dialect } = this.connection
    const now = this.clock.now()
    const { id, task } = message
    const isOther = standing === 'row-changed'
    await this.connection.transaction((transaction) =>
      dialect.later(transaction, [
        givingUp(transaction, message, now),
        jobRunOf(transaction, message)
          .where('DateEnded', 'is', null)
          .set({
            State: 'FAILED',
            LastReason: fit('AsyncSchema.JobRun', 'LastReason', reason),
            DateEnded: now,
          }),
        ...(isOther && task ? [runAnew(transaction, task, id)] : []),
        ...endMessage(transaction, isOther ? { id } : message, { state: 'FAILED', now, reason }),
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
      dialect.later(transaction, [
        jobRunOf(transaction, message)
          .where('DateEnded', 'is', null)
          .set({ LastReason: fit('AsyncSchema.JobRun', 'LastReason', reason) }),
        transaction
          .updateTable('AsyncSchema.Outbox')
          .$if(counts, (query) => query.set({ Attempts: sql<number>`${sql.ref('Attempts')} + 1` }))
          .set({ LastReason: fit('AsyncSchema.Outbox', 'LastReason', reason), DateLastHeard: now })
          .where('MessageId', '=', message.id)
          .where('DateEnded', 'is', null),
      ]),
    )
  }
}

/** A row that was taken for another one waits again, unless a run of its own is owed: another one than that which ends here. */
const runAnew = (db: Kysely<Database>, { schema, taskId }: TaskRef, ends: string) =>
  db
    .updateTable(`${schema}.Task`)
    .set({ Status: taskStatus.pending })
    .where('TaskId', '=', taskId)
    .where('Status', '=', taskStatus.inProgress)
    .where((row) => row.not(row.exists(owedRun(db, { schema, taskId }, ends))))

const owedRun = (
  db: Kysely<Database>,
  { schema, taskId }: Pick<TaskRef, 'schema' | 'taskId'>,
  butFor: string,
) =>
  db
    .selectFrom('AsyncSchema.Outbox as o')
    .select('o.OutboxId')
    .where('o.TaskSchema', '=', schema)
    .where('o.TaskId', '=', taskId)
    .where('o.DateEnded', 'is', null)
    .where('o.MessageId', '<>', butFor)

/** The consumer's run over many rows, if that is what the message is about. */
const jobRunOf = (db: Kysely<Database>, { consumer, id }: MessageIdentity) =>
  db.updateTable('AsyncSchema.JobRun').where('Consumer', '=', consumer).where('MessageId', '=', id)
