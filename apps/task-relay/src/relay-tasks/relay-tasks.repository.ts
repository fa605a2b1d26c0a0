import { Injectable } from '@nestjs/common'
import { sql, type Compilable, type Kysely, type Transaction } from 'kysely'
import { Clock, type LocalTime } from '#shared/clock'
import { taskKey, taskMessageId, taskStatus, type OutgoingMessage, type TaskRef } from '#shared/contracts'
import {
  DatabaseConnection,
  markPublished,
  owedMessages,
  outboxState,
  type Database,
  type NewRow,
} from '#shared/database'
import { childTraceparent } from '#shared/telemetry'
import { decideRelay, type PendingTask, type RelayDecision } from './relay-tasks.rules.js'

export type TaskSchema = TaskRef['schema']

/** Spelt out, for a parameter would keep both databases from using the index of the pending rows. */
const pending = sql.lit(taskStatus.pending)

/** Rows taken in one transaction; their values must fit one statement of SQL Server. */
const rowsAtOnce = 200

/** Gives the W3C trace context that a row's message begins with. */
export type BeginTrace = (name: string, task: TaskRef) => string | undefined

const beginNone: BeginTrace = () => undefined

export interface Taken {
  /** To be published, now that it is committed that they are owed. */
  readonly messages: OutgoingMessage[]
  /** Rows that ended without a message: failed, or completed with nothing to do. */
  readonly ended: { readonly task: TaskRef; readonly reason?: string }[]
  /** There may be more rows waiting. */
  readonly more: boolean
}

@Injectable()
export class RelayTasksRepository {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Whether any row waits; one cheap read. */
  async anyPending(schema: TaskSchema): Promise<boolean> {
    const { db, dialect } = this.connection
    const query = db.selectFrom(`${schema}.Task`).select('TaskId').where('Status', '=', pending)
    return (await dialect.first(query, 1).execute()).length > 0
  }

  /**
   * Takes pending rows: each gets its next run number, is `IN-PROGRESS`, and its message is owed; or it ends. Rows
   * whose message is owed already (a follow-up its service has published) only change their status. Several
   * relays at once take different rows.
   * @param beginTrace called for each row that becomes a message; where it gives nothing, only ids are made
   */
  async takePending(schema: TaskSchema, beginTrace: BeginTrace = beginNone): Promise<Taken> {
    const now = this.clock.now()
    return this.connection.transaction(async (transaction) => {
      await this.markOwed(transaction, schema)
      const rows = await this.selectPending(transaction, schema)
      const runs = await lastRuns(transaction, schema, rows)
      const decisions = rows.map((row) => {
        const run = (runs.get(row.TaskId) ?? 0) + 1
        const task = { schema, taskId: row.TaskId, run, key: taskKey(row) }
        return { task, decision: withTrace(decideRelay(row, task), () => beginTrace(row.Task, task)) }
      })
      const messages = decisions.flatMap(({ decision }) =>
        decision.kind === 'publish' ? [decision.message] : [],
      )
      const ended = decisions.flatMap(({ task, decision }) =>
        decision.kind === 'publish' ? [] : [{ task, decision }],
      )
      await this.connection.dialect.batch(transaction, [
        ...owedMessages(transaction, messages, now),
        ...setInProgress(transaction, schema, messages),
        ...ended.flatMap(({ task, decision }) => endings(transaction, task, decision, now)),
      ])
      return {
        messages,
        ended: ended.map(({ task, decision }) => ({
          task,
          ...('reason' in decision ? { reason: decision.reason } : {}),
        })),
        more: rows.length === rowsAtOnce,
      }
    })
  }

  /** Writes down where messages were published, so that they can be looked for there. */
  async markPublished(
    published: readonly { readonly id: string; readonly sequence: number }[],
  ): Promise<void> {
    await markPublished(this.connection, published, this.clock.now())
  }

  private async markOwed(transaction: Transaction<Database>, schema: TaskSchema): Promise<void> {
    await transaction
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.inProgress })
      .where('Status', '=', pending)
      .where((task) => task.exists(owedRun(transaction, schema)))
      .execute()
  }

  private selectPending(transaction: Transaction<Database>, schema: TaskSchema): Promise<PendingTask[]> {
    const { dialect } = this.connection
    const query = transaction
      .selectFrom(dialect.taking(`${schema}.Task`, 't'))
      .select(['t.TaskId', 't.Task', 't.Reference', 't.EligibilityId', 't.ClaimId', 't.DateCreated'])
      .where('t.Status', '=', pending)
      .orderBy('t.TaskId')
    return dialect.first(query, rowsAtOnce).execute()
  }
}

function setInProgress(
  transaction: Transaction<Database>,
  schema: TaskSchema,
  messages: readonly OutgoingMessage[],
): Compilable[] {
  const ids = messages.flatMap(({ body }) => ('task' in body && body.task ? [body.task.taskId] : []))
  if (!ids.length) return []
  return [
    transaction
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.inProgress })
      .where('TaskId', 'in', ids),
  ]
}

function endings(
  transaction: Transaction<Database>,
  task: TaskRef,
  decision: Exclude<RelayDecision, { kind: 'publish' }>,
  now: LocalTime,
): Compilable[] {
  const failed = decision.kind === 'fail'
  return [
    transaction.insertInto('AsyncSchema.Outbox').values(endedRun(task, decision, now)),
    transaction
      .updateTable(`${task.schema}.Task`)
      .set({ Status: failed ? taskStatus.failed : taskStatus.complete, DateProcessed: now })
      .where('TaskId', '=', task.taskId),
  ]
}

/** A run that ended as it was taken, so that its reason is where an operator looks. */
function endedRun(
  task: TaskRef,
  decision: Exclude<RelayDecision, { kind: 'publish' }>,
  now: LocalTime,
): NewRow<'AsyncSchema.Outbox'> {
  const failed = decision.kind === 'fail'
  return {
    MessageId: taskMessageId(task),
    Subject: '',
    Body: '{}',
    TaskSchema: task.schema,
    TaskId: task.taskId,
    Run: task.run,
    State: failed ? outboxState.failed : outboxState.done,
    Attempts: 0,
    LastReason: failed ? decision.reason : null,
    DateCreated: now,
    DateLastHeard: now,
    DateEnded: now,
  }
}

/** A run of the row at hand that has not ended; looked for by the row, for there may be very many owed ones. */
const owedRun = (db: Kysely<Database>, schema: TaskSchema) =>
  db
    .selectFrom('AsyncSchema.Outbox as o')
    .select('o.OutboxId')
    .where('o.TaskSchema', '=', schema)
    .where('o.TaskId', '=', sql<number>`${sql.ref(`${schema}.Task.TaskId`)}`)
    .where('o.DateEnded', 'is', null)

async function lastRuns(
  transaction: Transaction<Database>,
  schema: TaskSchema,
  rows: readonly PendingTask[],
): Promise<Map<number, number>> {
  if (!rows.length) return new Map()
  const runs = await transaction
    .selectFrom('AsyncSchema.Outbox')
    .select(['TaskId', (eb) => eb.fn.max('Run').as('Run')])
    .where('TaskSchema', '=', schema)
    .where(
      'TaskId',
      'in',
      rows.map(({ TaskId }) => TaskId),
    )
    .groupBy('TaskId')
    .execute()
  return new Map(runs.map(({ TaskId, Run }) => [TaskId ?? 0, Run ?? 0]))
}

/** A Task row is where the trace of a claim begins. */
const withTrace = (decision: RelayDecision, begin: () => string | undefined): RelayDecision =>
  decision.kind === 'publish'
    ? {
        kind: 'publish',
        message: { ...decision.message, traceparent: begin() ?? childTraceparent(undefined) },
      }
    : decision
