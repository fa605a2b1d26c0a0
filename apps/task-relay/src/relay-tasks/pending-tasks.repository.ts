import { Injectable } from '@nestjs/common'
import { sql, type SqlBool, type Transaction } from 'kysely'
import { Clock, type LocalTime } from '#shared/clock'
import { taskStatus, type OutgoingMessage, type TaskRef } from '#shared/contracts'
import { DatabaseConnection, firstOf, type Database } from '#shared/database'
import { markPublished, notPublished, owedMessages } from '#shared/unit-of-work'
import { childTraceparent } from '#shared/telemetry'
import { caseworkersDecisions } from './caseworkers-decisions.js'
import {
  decideRelay,
  keyOf,
  longestTexts,
  type PendingTask,
  type RelayDecision,
} from './relay-tasks.rules.js'
import { endings, itemPassedOn, momentsOf, pending, runsOf, takeRows } from './relay-tasks.statements.js'

export type TaskSchema = TaskRef['schema']

/** Rows taken in one transaction; their values must fit one statement of SQL Server. */
export const rowsAtOnce = 200

/** Gives the W3C trace context that a row's message begins with. */
export type BeginTrace = (name: string, task: TaskRef) => string | undefined

const beginNone: BeginTrace = () => undefined

/** What a look finds. */
export interface Waiting {
  /** In which of the Task tables rows wait. */
  readonly schemas: readonly TaskSchema[]
  /** The first moment that something in the outbox waits for, in London time; absent where nothing does. */
  readonly moment?: LocalTime
}

export interface Taken {
  /** How many rows were dealt with. */
  readonly rows: number
  /** To be published, now that it is committed that they are owed. */
  readonly messages: OutgoingMessage[]
  /** Owed too, and not to be published before a moment. */
  readonly deferred: OutgoingMessage[]
  /** To be published as well: somebody is to be told of what caseworkers decided. */
  readonly told: OutgoingMessage[]
  /** Rows that ended without a message: failed, or completed with nothing to do. */
  readonly ended: { readonly task: TaskRef; readonly reason?: string }[]
  /** There may be more rows waiting. */
  readonly more: boolean
}

@Injectable()
export class PendingTasks {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** What there is to do: one cheap question about all of it, which waits for no open transaction. */
  async look(): Promise<Waiting> {
    const { db, dialect } = this.connection
    const first = (schema: TaskSchema) => firstOf(dialect.first(this.pending(schema), 1))
    const [ext, int, moment] = await this.connection.ask(
      first('ExtSchema'),
      first('IntSchema'),
      firstOf(dialect.first(momentsOf(db, dialect), 1)),
    )
    return {
      schemas: [...(ext ? ['ExtSchema' as const] : []), ...(int ? ['IntSchema' as const] : [])],
      ...(moment ? { moment: moment.DateNotBefore ?? '' } : {}),
    }
  }

  /** The first rows that wait, by id, after one where that is given; one cheap read, which waits for no open transaction. */
  async pendingIds(schema: TaskSchema, count: number, after?: number): Promise<number[]> {
    const query = this.pending(schema).$if(after !== undefined, (rows) =>
      rows.where('t.TaskId', '>', after ?? 0),
    )
    return (await this.connection.dialect.first(query, count).execute()).map(({ TaskId }) => TaskId)
  }

  /**
   * Takes pending rows: each gets its next run number, is `IN-PROGRESS`, and its message is owed; or it ends. Rows
   * whose message is owed already (a follow-up its service has published) only change their status. Several
   * relays at once take different rows. Nothing in it grows with how many wait: all is asked of the rows taken.
   * @param only of these alone, where they are given; at most `rowsAtOnce`
   * @param beginTrace called for each row that becomes a message; where it gives nothing, only ids are made
   */
  async takePending(
    schema: TaskSchema,
    beginTrace: BeginTrace = beginNone,
    only?: readonly number[],
  ): Promise<Taken> {
    const now = this.clock.now()
    return this.connection.transaction(async (transaction) => {
      const { rows, more } = await this.take(transaction, schema, only)
      const owed = rows.filter(({ runs }) => runs?.open)
      const decisions = rows
        .filter((row) => !owed.includes(row))
        .map((row) => {
          const run = (row.runs?.last ?? 0) + 1
          const task = { schema, taskId: row.TaskId, run, key: keyOf(row) }
          return {
            row,
            task,
            flowStep: row.runs?.flowStep ?? undefined,
            decision: withTrace(decideRelay(row, task, now), () => beginTrace(row.Task ?? '', task)),
          }
        })
      const ended = decisions.flatMap(({ task, decision }) =>
        decision.kind === 'publish' ? [] : [{ task, decision }],
      )
      const messages = decisions.flatMap(({ decision }) =>
        decision.kind === 'publish' ? [decision.message] : [],
      )
      const told: OutgoingMessage[] = []
      const place = { db: transaction, dialect: this.connection.dialect, now }
      await this.connection.dialect.batch(transaction, [
        ...owedMessages(transaction, messages, now),
        ...caseworkersDecisions(place, decisions, (message) => told.push(message)),
        ...ended.flatMap(({ task, decision }) => endings(transaction, task, decision, now)),
        ...decisions.flatMap(({ task, flowStep }) =>
          flowStep === undefined ? [] : itemPassedOn(transaction, task, flowStep),
        ),
      ])
      return {
        rows: rows.length,
        messages: messages.filter(({ notBefore }) => notBefore === undefined),
        deferred: messages.filter(({ notBefore }) => notBefore !== undefined),
        told,
        ended: ended.map(({ task, decision }) => ({
          task,
          ...('reason' in decision ? { reason: decision.reason } : {}),
        })),
        more,
      }
    })
  }

  /**
   * Fails a row that cannot be taken, with a run that says why: nothing is read of it but its number.
   * @returns false if it does not wait any more, and then nothing changes
   */
  async fail(schema: TaskSchema, taskId: number, reason: string): Promise<boolean> {
    const { dialect } = this.connection
    const now = this.clock.now()
    return this.connection.transaction(async (db) => {
      const [taken, [runs]] = await dialect.questions(db, [
        takeRows(dialect, db, schema, [taskId]),
        runsOf(db, schema, [taskId]),
      ])
      if (!taken.length) return false
      const task = { schema, taskId, run: (runs?.last ?? 0) + 1 }
      await dialect.batch(db, endings(db, task, { kind: 'fail', reason }, now))
      return true
    })
  }

  /**
   * Fails the rows whose ids are no numbers of ours: a message could not name them. Only the embedded database can hold
   * such a row. @returns the first of their ids, as text
   */
  async failBeyondNumbers(schema: TaskSchema): Promise<string[]> {
    const { db, dialect } = this.connection
    const query = db
      .selectFrom(`${schema}.Task`)
      .select(sql<string>`cast(${sql.ref('TaskId')} as varchar(20))`.as('id'))
      .where('Status', '=', pending)
      .where(dialect.beyondNumbers('TaskId'))
    const ids = await dialect.first(query, rowsAtOnce).execute()
    if (!ids.length) return []
    await db
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.failed, DateProcessed: this.clock.now() })
      .where('Status', '=', pending)
      .where(dialect.beyondNumbers('TaskId'))
      .execute()
    return ids.map(({ id }) => id)
  }

  /** Writes as a take does, and changes nothing. @throws if the database cannot be written to */
  async writeNothing(): Promise<void> {
    await this.connection.transaction(async (transaction) => {
      await transaction
        .updateTable('IntSchema.Task')
        .set({ Status: taskStatus.inProgress })
        .where(sql<SqlBool>`1 = 0`)
        .execute()
    })
  }

  /** Writes down where messages were published, so that they can be looked for there. @param at when at the earliest */
  async markPublished(
    published: readonly { readonly id: string; readonly sequence: number }[],
    at: LocalTime,
  ): Promise<void> {
    await markPublished(this.connection, published, at)
  }

  /** Writes down that messages could not be published: they step behind the others. */
  async notPublished(ids: readonly string[], reason: string): Promise<void> {
    await notPublished(this.connection, ids, reason, this.clock.now())
  }

  /**
   * The rows that this transaction has taken, with what runs each has. Who gets a row is decided by the update: one that
   * was taken or ended since it was looked at is nobody's here, whatever the database makes of a look's locks. The runs
   * are asked after it, for who ends one must first have the row.
   */
  private async take(
    transaction: Transaction<Database>,
    schema: TaskSchema,
    only: readonly number[] | undefined,
  ) {
    const looked = await this.selectPending(transaction, schema, only)
    if (!looked.length) return { rows: [], more: false }
    const { dialect } = this.connection
    const ids = looked.map(({ TaskId }) => TaskId)
    const [taken, runs] = await dialect.questions(transaction, [
      takeRows(dialect, transaction, schema, ids),
      runsOf(transaction, schema, ids),
    ])
    const mine = new Set(taken.map(({ TaskId }) => TaskId))
    const runsById = new Map(runs.map((each) => [each.TaskId, each]))
    const rows = looked
      .filter(({ TaskId }) => mine.has(TaskId))
      .map((row) => ({ ...row, runs: runsById.get(row.TaskId) }))
    return { rows, more: looked.length === rowsAtOnce }
  }

  private pending(schema: TaskSchema) {
    const { db, dialect } = this.connection
    return db
      .selectFrom(dialect.looking(`${schema}.Task`, 't'))
      .select('t.TaskId')
      .where('t.Status', '=', pending)
      .orderBy('t.TaskId')
  }

  private async selectPending(
    transaction: Transaction<Database>,
    schema: TaskSchema,
    only: readonly number[] | undefined,
  ): Promise<PendingTask[]> {
    const { dialect } = this.connection
    const query = transaction
      .selectFrom(dialect.taking(`${schema}.Task`, 't'))
      .select([
        't.TaskId',
        dialect.plainText('t.Task', longestTexts.task).as('Task'),
        dialect.plainText('t.Reference', longestTexts.reference).as('Reference'),
        dialect.wholeNumber('t.EligibilityId').as('EligibilityId'),
        dialect.wholeNumber('t.ClaimId').as('ClaimId'),
        dialect.plainText('t.DateCreated', longestTexts.time).as('DateCreated'),
        dialect.plainText('t.DateProcessed', longestTexts.time).as('DateProcessed'),
      ])
      .where('t.Status', '=', pending)
      .$if(only !== undefined, (rows) => rows.where('t.TaskId', 'in', only ?? []))
      .orderBy('t.TaskId')
    const rows = await dialect.first(query, rowsAtOnce).execute()
    return rows.filter(({ TaskId }) => Number.isSafeInteger(TaskId))
  }
}

/** A Task row is where the trace of a claim begins. */
const withTrace = (decision: RelayDecision, begin: () => string | undefined): RelayDecision =>
  decision.kind === 'publish'
    ? {
        kind: 'publish',
        message: { ...decision.message, traceparent: begin() ?? childTraceparent(undefined) },
      }
    : decision
