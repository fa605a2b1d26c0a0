import { Injectable } from '@nestjs/common'
import {
  sql,
  type DeleteQueryBuilder,
  type DeleteResult,
  type ExpressionBuilder,
  type Kysely,
  type SelectQueryBuilder,
} from 'kysely'
import type { LocalTime } from '#shared/clock'
import { losesData, taskStatus, type Subject, type TaskRef } from '#shared/contracts'
import { DatabaseConnection, type Database } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import { pageSize, type JobStage } from '#shared/jobs'
import { longestTexts } from '../relay-tasks/relay-tasks.rules.js'

/**
 * Rows deleted in one transaction; those of the very same time as the last go with it. From 5,000 on, SQL Server
 * would lock the whole table.
 */
export const rowsPerPage = 500

/** The oldest rows that are left, up to a time. */
interface Page {
  readonly number: number
  readonly upTo: LocalTime
}

/** A row that was refused as it was taken up; its task's name as far as it can be read. */
interface RefusedRow {
  readonly TaskId: number
  readonly Task: string | null
}

/** Rows of a table, oldest first, by the time that says how old they are; and their deletion up to a time. */
interface OldRows<T extends keyof Database> {
  times(db: Kysely<Database>): SelectQueryBuilder<Database, T, { time: LocalTime | null }>
  delete(db: Kysely<Database>, upTo: LocalTime): DeleteQueryBuilder<Database, T, DeleteResult>
}

/** The project's own records that nobody needs any more: each kind a stage of a job that deletes them. */
@Injectable()
export class OldRecords {
  constructor(private readonly connection: DatabaseConnection) {}

  /**
   * What consumers did, or began and left, before a time. What was begun and is owed to this day stays, or has failed
   * and may be retried.
   */
  inbox(before: LocalTime): JobStage<Page> {
    const isOld = (row: ExpressionBuilder<Database, 'AsyncSchema.Inbox'>) =>
      row.and([
        row('DateStarted', '<', before),
        row.or([row('DateDone', 'is', null), row('DateDone', '<', before)]),
        row.not(row.exists(openMessage(row))),
      ])
    return this.inPages({
      times: (db) =>
        db.selectFrom('AsyncSchema.Inbox').select('DateStarted as time').where(isOld).orderBy('DateStarted'),
      delete: (db, upTo) => db.deleteFrom('AsyncSchema.Inbox').where(isOld).where('DateStarted', '<=', upTo),
    })
  }

  /** Messages without a Task row that ended before a time. */
  followUps(before: LocalTime): JobStage<Page> {
    return this.ended(before, (row) => row('TaskSchema', 'is', null))
  }

  /** Runs that ended before a time, of Task rows that wait for no other and are under way in none. */
  taskRuns(schema: TaskRef['schema'], before: LocalTime): JobStage<Page> {
    return this.ended(before, (row) =>
      row.and([row('TaskSchema', '=', schema), row.not(row.exists(openTask(row, schema)))]),
    )
  }

  /** What became of what was handed over to Notify before a time, of which nothing more is to follow. */
  notifications(before: LocalTime): JobStage<Page> {
    const isOld = (row: ExpressionBuilder<Database, 'AsyncSchema.Notification'>) =>
      row.and([row('DateSent', '<', before), row('DateNextLook', 'is', null)])
    return this.inPages({
      times: (db) =>
        db.selectFrom('AsyncSchema.Notification').select('DateSent as time').where(isOld).orderBy('DateSent'),
      delete: (db, upTo) =>
        db.deleteFrom('AsyncSchema.Notification').where(isOld).where('DateSent', '<=', upTo),
    })
  }

  /** What endpoints were sent, or were not, and has ended before a time. What waits for one stays, however long. */
  webhookDeliveries(before: LocalTime): JobStage<Page> {
    const isOld = (row: ExpressionBuilder<Database, 'AsyncSchema.WebhookDelivery'>) =>
      // Said although it follows: it is the condition of the index.
      row.and([row('DateEnded', 'is not', null), row('DateEnded', '<', before)])
    return this.inPages({
      times: (db) =>
        db
          .selectFrom('AsyncSchema.WebhookDelivery')
          .select('DateEnded as time')
          .where(isOld)
          .orderBy('DateEnded'),
      delete: (db, upTo) =>
        db.deleteFrom('AsyncSchema.WebhookDelivery').where(isOld).where('DateEnded', '<=', upTo),
    })
  }

  /** Events of before a time that no endpoint waits for, or is known to have got. */
  webhookEvents(before: LocalTime): JobStage<Page> {
    const isOld = (row: ExpressionBuilder<Database, 'AsyncSchema.WebhookEvent'>) =>
      row.and([
        row('DateOccurred', '<', before),
        row('DateQueued', 'is not', null),
        row.not(
          row.exists(
            row
              .selectFrom('AsyncSchema.WebhookDelivery as d')
              .select('d.Sequence')
              .whereRef('d.EventId', '=', 'AsyncSchema.WebhookEvent.EventId'),
          ),
        ),
      ])
    return this.inPages({
      times: (db) =>
        db
          .selectFrom('AsyncSchema.WebhookEvent')
          .select('DateOccurred as time')
          .where(isOld)
          .orderBy('DateOccurred'),
      delete: (db, upTo) =>
        db.deleteFrom('AsyncSchema.WebhookEvent').where(isOld).where('DateOccurred', '<=', upTo),
    })
  }

  /**
   * Rows of a task that says it all itself lose their data some time after they ended: whom a notification went to, and what
   * it said; who a user is. Not while they wait, or are under way again.
   */
  taskData(
    subject: Subject,
    schema: TaskRef['schema'],
    before: LocalTime,
  ): JobStage<{ readonly TaskId: number }> {
    return {
      keyOf: ({ TaskId }) => TaskId,
      read: (db, after) => {
        const rows = this.oldData(db, schema, before, after).where('o.Subject', '=', sql.lit(subject))
        return this.connection.dialect.first(rows, pageSize).execute()
      },
      change: (work, rows) => this.deleteData(work, schema, rows, before),
    }
  }

  /**
   * The same of rows that ended as they were taken up, without a message: by whose subject they cannot be found. That they
   * have no subject says that only a new run helps (`ops tasks retry`).
   */
  refusedData(schema: TaskRef['schema'], before: LocalTime): JobStage<RefusedRow> {
    return {
      keyOf: ({ TaskId }) => TaskId,
      read: (db, after) => {
        const { dialect } = this.connection
        const rows = this.oldData(db, schema, before, after)
          .select(dialect.plainText('t.Task', longestTexts.task).as('Task'))
          .where('o.Subject', '=', sql.lit(''))
          .where('o.State', '=', sql.lit(outboxState.failed))
        return dialect.first(rows, pageSize).execute()
      },
      change: (work, rows) =>
        this.deleteData(
          work,
          schema,
          rows.filter(({ Task }) => losesData(Task)),
          before,
        ),
    }
  }

  /** Rows with data that ended before a time, as their runs did. */
  private oldData(db: Kysely<Database>, schema: TaskRef['schema'], before: LocalTime, after: number) {
    return db
      .selectFrom('AsyncSchema.Outbox as o')
      .innerJoin(`${schema}.Task as t` as 'IntSchema.Task as t', 't.TaskId', 'o.TaskId')
      .select('t.TaskId')
      .distinct()
      .where('o.TaskSchema', '=', schema)
      .where('o.TaskId', '>', after)
      .where('o.DateEnded', '<', before)
      .where((row) => hasOldData(row, before))
      .orderBy('t.TaskId')
  }

  private async deleteData(
    { db }: { readonly db: Kysely<Database> },
    schema: TaskRef['schema'],
    rows: readonly { readonly TaskId: number }[],
    before: LocalTime,
  ): Promise<number> {
    if (!rows.length) return 0
    const { numUpdatedRows } = await db
      .updateTable(`${schema}.Task` as 'IntSchema.Task')
      .set({ AdditionalData: null })
      .where(
        'TaskId',
        'in',
        rows.map(({ TaskId }) => TaskId),
      )
      .where('Status', 'in', ended)
      .where('DateProcessed', '<', before)
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }

  private ended(
    before: LocalTime,
    which: (row: ExpressionBuilder<Database, 'AsyncSchema.Outbox'>) => ReturnType<typeof row.and>,
  ): JobStage<Page> {
    const isOld = (row: ExpressionBuilder<Database, 'AsyncSchema.Outbox'>) =>
      // Said although it follows: it is the condition of the index.
      row.and([row('DateEnded', 'is not', null), row('DateEnded', '<', before), which(row)])
    return this.inPages({
      times: (db) =>
        db.selectFrom('AsyncSchema.Outbox').select('DateEnded as time').where(isOld).orderBy('DateEnded'),
      delete: (db, upTo) => db.deleteFrom('AsyncSchema.Outbox').where(isOld).where('DateEnded', '<=', upTo),
    })
  }

  /** A page is deleted by the time of its last row: neither database need carry keys, and both delete by an index. */
  private inPages<T extends keyof Database>(rows: OldRows<T>): JobStage<Page> {
    return {
      asWhole: true,
      keyOf: ({ number }) => number,
      read: async (db, after) => {
        const oldest = this.connection.dialect.first(rows.times(db), rowsPerPage).as('oldest')
        const page = await db
          .selectFrom(oldest)
          .select(({ fn }) => fn.max('oldest.time').as('upTo'))
          .executeTakeFirst()
        return page?.upTo ? [{ number: after + 1, upTo: page.upTo }] : []
      },
      change: async ({ db }, [page]) => {
        if (!page) return 0
        const { numDeletedRows } = await rows.delete(db, page.upTo).executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      },
    }
  }
}

const ended = [taskStatus.complete, taskStatus.failed]

const hasOldData = (row: ExpressionBuilder<{ t: Database['IntSchema.Task'] }, 't'>, before: LocalTime) =>
  row.and([
    row('t.AdditionalData', 'is not', null),
    row('t.Status', 'in', ended),
    row('t.DateProcessed', '<', before),
  ])

/** A failed run may be taken up again as long as it is there, and must then find what was tried. */
const openMessage = (row: ExpressionBuilder<Database, 'AsyncSchema.Inbox'>) =>
  row
    .selectFrom('AsyncSchema.Outbox as o')
    .select('o.OutboxId')
    .whereRef('o.MessageId', '=', 'AsyncSchema.Inbox.MessageId')
    .where((o) => o.or([o('o.DateEnded', 'is', null), o('o.State', '=', outboxState.failed)]))

const openTask = (row: ExpressionBuilder<Database, 'AsyncSchema.Outbox'>, schema: TaskRef['schema']) =>
  row
    .selectFrom(`${schema}.Task` as 'ExtSchema.Task')
    .select('Status')
    .whereRef('TaskId', '=', 'AsyncSchema.Outbox.TaskId')
    .where('Status', 'in', [taskStatus.pending, taskStatus.inProgress])
