import type { Compilable, Transaction } from 'kysely'
import type { Clock, LocalTime } from '../clock/index.js'
import {
  followUpId,
  messageOfTask,
  taskKey,
  taskStatus,
  type ClaimMessage,
  type MessageIdentity,
  type OutgoingMessage,
  type Subject,
  type TaskIdentity,
  type TaskName,
} from '../contracts/index.js'
import { BegunTraces, conventional, currentSpan, own } from '../telemetry/index.js'
import type { DatabaseConnection } from './connection.js'
import type { SqlDialect } from './dialect.js'
import type { Inbox } from './inbox.js'
import { endMessage, owedMessages } from './outbox.js'
import type { Database, NewRow } from './tables.js'
import { OwnError } from '../logging/index.js'

/** A claim by the three columns that name it. */
export type ClaimRef = Pick<ClaimMessage, 'reference' | 'eligibilityId' | 'claimId'>

/** Publishes what a committed transaction owes. A failure is not one of the work's: the relay tries again. */
export abstract class FollowUpPublisher {
  abstract publishFollowUps(messages: readonly OutgoingMessage[]): Promise<void>
}

/** What the work of one message may do, in its one transaction. */
export class Work {
  readonly tasks: { name: TaskName; row: NewRow<'IntSchema.Task'> }[] = []
  readonly messages: OutgoingMessage[] = []

  constructor(
    readonly db: Transaction<Database>,
    readonly dialect: SqlDialect,
    /** London time, the same for the whole transaction. */
    readonly now: LocalTime,
    private readonly message: MessageIdentity,
  ) {}

  /** Runs statements in order, in one round trip where there is a wire. */
  async batch(statements: readonly Compilable[]): Promise<void> {
    await this.dialect.batch(this.db, statements)
  }

  /** A follow-up task: a row in `IntSchema.Task`, published after the commit. `about`: what the task carries. */
  followUp(name: TaskName, about: Partial<ClaimRef>, data?: string): void {
    const row = {
      Task: name,
      Reference: about.reference ?? null,
      EligibilityId: about.eligibilityId ?? null,
      ClaimId: about.claimId ?? null,
      AdditionalData: data ?? null,
      Status: taskStatus.pending,
      DateCreated: this.now,
    }
    this.tasks.push({ name, row })
  }

  /** A follow-up that no Task row stands for. Its id comes from this message's: a repeat has the same. */
  publish(subject: Subject, claim: ClaimRef): void {
    const { reference, eligibilityId, claimId } = claim
    const id = followUpId(this.message.id, subject)
    this.messages.push({ id, subject, body: { reference, eligibilityId, claimId }, ...traceOf(this.message) })
  }
}

/**
 * Does the work of a message once: effects, "this message is done", the Task row's end and the follow-ups commit
 * together, then the follow-ups are published. Design: "Doing the work once".
 */
export class UnitOfWork {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly inbox: Inbox,
    private readonly publisher: FollowUpPublisher,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` in a transaction, unless the message is done already. No call to the outside belongs inside. If a
   * passing failure of the database ends the transaction, `work` is run again with a new `Work`: it keeps no state of
   * its own between runs.
   * @returns false if there was nothing left to do
   * @throws whatever the work or the database threw; then nothing has happened
   */
  async run(message: MessageIdentity, work: (work: Work) => Promise<void>): Promise<boolean> {
    const owed = await this.connection.transaction(async (transaction) => {
      if (!(await this.inbox.finish(transaction, message))) return undefined
      const traces = tracesOfFollowUps(message)
      const unit = new Work(transaction, this.connection.dialect, this.clock.now(), message)
      await work(unit)
      const messages = [...unit.messages, ...(await insertTasks(unit, message, traces))]
      await unit.batch([
        ...owedMessages(transaction, messages, unit.now),
        ...endMessage(transaction, message, { state: 'DONE', now: unit.now }),
      ])
      return { messages, traces }
    })
    if (!owed) currentSpan()?.event('done meanwhile')
    owed?.traces.end()
    if (owed?.messages.length) await this.publisher.publishFollowUps(owed.messages)
    return owed !== undefined
  }

  /** Records a message as done whose work is done already, or was outside the database. Repeating is safe. */
  async finish(message: MessageIdentity): Promise<void> {
    await this.run(message, () => Promise.resolve())
  }
}

/** Few enough that their values fit one statement of SQL Server. */
const tasksPerInsert = 200

async function insertTasks(
  work: Work,
  cause: MessageIdentity,
  traces: BegunTraces,
): Promise<OutgoingMessage[]> {
  const messages: OutgoingMessage[] = []
  for (let start = 0; start < work.tasks.length; start += tasksPerInsert) {
    const rows = work.tasks.slice(start, start + tasksPerInsert).map(({ row }) => row)
    const inserted = await work.dialect.insertReturning(work.db.insertInto('IntSchema.Task').values(rows), [
      'TaskId',
      'Task',
      'Reference',
      'EligibilityId',
      'ClaimId',
      'DateCreated',
    ])
    messages.push(...inserted.map((row) => followUpMessage(row, cause, traces)))
  }
  return messages
}

function followUpMessage(
  row: TaskIdentity & { readonly TaskId: number },
  cause: MessageIdentity,
  traces: BegunTraces,
): OutgoingMessage {
  const message = messageOfTask(row.Task as TaskName, row, {
    schema: 'IntSchema',
    taskId: row.TaskId,
    run: 1,
    key: taskKey(row),
  })
  if (!message) throw new OwnError(`the follow-up ${row.Task} lacks what it must carry`)
  const traceparent = traces.begin(`begin ${row.Task}`, {
    attributes: { [own.task]: `IntSchema.Task.${row.TaskId}`, [conventional.messageId]: message.id },
  })
  return { ...message, ...traceOf(traceparent === undefined ? cause : { traceparent }) }
}

/** What follows from many goes its own way, in a trace of its own with a link back. */
function tracesOfFollowUps({ aboutMany }: MessageIdentity): BegunTraces {
  const span = aboutMany ? currentSpan() : undefined
  return new BegunTraces(span && ((name, options) => span.beginLinked(name, options)))
}

const traceOf = ({ traceparent }: Pick<MessageIdentity, 'traceparent'>) =>
  traceparent === undefined ? {} : { traceparent }
