import { sql, type Compilable, type Kysely } from 'kysely'
import type { LocalTime } from '../clock/index.js'
import { taskStatus, type OutgoingMessage, type TaskRef } from '../contracts/index.js'
import { type DatabaseConnection, fit, type Database, type NewRow } from '../database/index.js'

/** The states of a message in the outbox. The first three are owed: `DateEnded` is null. */
export const outboxState = {
  /** Not to be published before `DateNotBefore`; an item of a flow: before its turn comes. */
  waiting: 'WAITING',
  /** Recorded with the work that caused it; perhaps published, nobody has written that down. */
  toPublish: 'TO-PUBLISH',
  /** Published, and where in its stream is known. */
  published: 'PUBLISHED',
  done: 'DONE',
  failed: 'FAILED',
  /** Called off before it was done. */
  cancelled: 'CANCELLED',
} as const

/** SQL Server takes at most 2,100 parameters in one statement. */
const rowsPerInsert = 100
/** Each has three parameters. */
const markedAtOnce = 200

/** The statements that record messages as owed, for the transaction that makes them so. */
export function owedMessages(
  db: Kysely<Database>,
  messages: readonly OutgoingMessage[],
  now: LocalTime,
): Compilable[] {
  const rows = messages.map((message) => outboxRow(message, now))
  const statements: Compilable[] = []
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    const some = rows.slice(start, start + rowsPerInsert)
    statements.push(db.insertInto('AsyncSchema.Outbox').values(some))
  }
  return statements
}

/** The row of a message that is owed from now on. */
export function outboxRow(message: OutgoingMessage, now: LocalTime) {
  const task = 'task' in message.body ? message.body.task : undefined
  return {
    MessageId: message.id,
    Subject: message.subject,
    Body: JSON.stringify(message.body),
    Traceparent: message.traceparent ?? null,
    TaskSchema: task?.schema ?? null,
    TaskId: task?.taskId ?? null,
    Run: task?.run ?? null,
    State: isHeldBack(message) ? outboxState.waiting : outboxState.toPublish,
    DateNotBefore: message.notBefore ?? null,
    FlowStepId: message.flowStep ?? null,
    Attempts: 0,
    DateCreated: now,
    DateLastHeard: now,
  } satisfies NewRow<'AsyncSchema.Outbox'>
}

/** Whether somebody else publishes it, later. */
export const isHeldBack = ({ notBefore, flowStep }: OutgoingMessage): boolean =>
  notBefore !== undefined || flowStep !== undefined

/**
 * Writes down where messages were published, so that they can be looked for there; of those that have not ended. One
 * statement for many, each complete in itself: repeating is safe.
 */
export async function markPublished(
  { db }: DatabaseConnection,
  published: readonly { readonly id: string; readonly sequence: number }[],
  now: LocalTime,
): Promise<void> {
  const ordered = published.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  for (let start = 0; start < ordered.length; start += markedAtOnce) {
    const some = ordered.slice(start, start + markedAtOnce)
    const sequences = some.map(({ id, sequence }) => sql`when ${id} then ${sequence}`)
    await db
      .updateTable('AsyncSchema.Outbox')
      .set({
        State: outboxState.published,
        DatePublished: now,
        DateLastHeard: now,
        StreamSequence: sql<number>`case ${sql.ref('MessageId')} ${sql.join(sequences, sql` `)} end`,
      })
      .where(
        'MessageId',
        'in',
        some.map(({ id }) => id),
      )
      .where('DateEnded', 'is', null)
      // It was put back to wait since then: this place is none that it will be found at.
      .where('State', '<>', outboxState.waiting)
      .execute()
  }
}

/**
 * Writes down why messages could not be published: they step behind the others, and are tried again once they have been
 * quiet for as long as any. Only of those that have not ended: repeating is safe.
 */
export async function notPublished(
  { db }: DatabaseConnection,
  ids: readonly string[],
  reason: string,
  now: LocalTime,
): Promise<void> {
  for (let start = 0; start < ids.length; start += markedAtOnce) {
    await db
      .updateTable('AsyncSchema.Outbox')
      .set({ DateLastHeard: now, LastReason: fit('AsyncSchema.Outbox', 'LastReason', reason) })
      .where('MessageId', 'in', ids.slice(start, start + markedAtOnce))
      .where('DateEnded', 'is', null)
      .where('State', '<>', outboxState.waiting)
      .execute()
  }
}

/**
 * The statements that end a message, and with it the run of its Task row. A row that only has the number of a run that
 * is not in this database is left alone. The Task row comes first, as it does for everybody: ADR 34.
 */
export function endMessage(
  db: Kysely<Database>,
  message: { readonly id: string; readonly task?: TaskRef },
  end: { readonly state: 'DONE' | 'FAILED'; readonly now: LocalTime; readonly reason?: string },
) {
  const isGivenUp = end.state === 'FAILED'
  const outbox = db
    .updateTable('AsyncSchema.Outbox')
    .set({ State: end.state, DateEnded: end.now, DateLastHeard: end.now })
    .$if(end.reason !== undefined, (query) =>
      query.set({ LastReason: fit('AsyncSchema.Outbox', 'LastReason', end.reason ?? '') }),
    )
    .where('MessageId', '=', message.id)
    // What has ended since somebody looked is not given up, and its row is another run's by now, or a person's.
    .$if(isGivenUp, (query) => query.where('DateEnded', 'is', null))
  if (!message.task) return [outbox]
  const run = db
    .selectFrom('AsyncSchema.Outbox as o')
    .select('o.OutboxId')
    .where('o.MessageId', '=', message.id)
  const task = db
    .updateTable(`${message.task.schema}.Task`)
    .set({ Status: end.state === 'DONE' ? taskStatus.complete : taskStatus.failed, DateProcessed: end.now })
    .where('TaskId', '=', message.task.taskId)
    .where((row) => row.exists(isGivenUp ? run.where('o.DateEnded', 'is', null) : run))
    // Whatever names a row that is done already, it is not its run: that one's row is in progress.
    .$if(isGivenUp, (query) => query.where('Status', '<>', taskStatus.complete))
  return [task, outbox]
}
