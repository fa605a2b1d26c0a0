import { Injectable } from '@nestjs/common'
import { Clock, shownTime, toLondon, type LocalTime } from '../../clock/index.js'
import { taskKey, taskOfId, taskStatus, type TaskRef } from '../../contracts/index.js'
import { DatabaseConnection } from '../../database/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import type { Ages } from '../ages.js'
import { hasLostData, hasNoData } from '../runs/lost-data.js'
import { taskSchemas } from '../runs/runs.repository.js'
import { ClosedTasks, ended, isClosed, type Closed } from './closed-tasks.repository.js'

export type TaskSchema = TaskRef['schema']

/**
 * Which Task rows are meant; all that is given must hold. Ages count from when a row ended, or else was created. Those that
 * somebody has closed are left out, unless they are meant by `closed` or by their number.
 */
export interface TaskFilter extends Ages {
  readonly schema?: TaskSchema
  readonly id?: number
  readonly task?: string
  readonly reference?: string
  readonly closed?: boolean
  /** What ended after this moment, an ISO 8601 time, is left out. */
  readonly until?: string
}

/** The last run of a Task row. `subject` is empty where it ended without a message. */
export interface LastRun {
  readonly id: string
  readonly run: number
  readonly subject: string
  readonly state: string
  readonly reason: string | null
  readonly ended: LocalTime | null
}

/** A Task row, without its data: that is personal. */
export interface TaskRow {
  readonly schema: TaskSchema
  readonly taskId: number
  readonly task: string
  readonly reference: string | null
  readonly claimId: number | null
  readonly status: string
  readonly created: LocalTime
  readonly processed: LocalTime | null
  /** What tells it from another row that has had its number. */
  readonly key: string
  /** What it said was deleted for its age. */
  readonly dataGone?: true
  readonly lastRun?: LastRun
  readonly closed?: Closed
}

/** The Task rows of both schemas, for operators. */
@Injectable()
export class TaskRows {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
    private readonly closings: ClosedTasks,
  ) {}

  /** The rows of one schema after an id, by id; the last ones first where `order` says so. */
  async find(
    schema: TaskSchema,
    status: string,
    filter: TaskFilter,
    page: { readonly after?: number; readonly count: number; readonly order: 'asc' | 'desc' },
  ): Promise<TaskRow[]> {
    const query = this.meant(schema, status, filter)
      .select(['TaskId', 'Task', 'Reference', 'EligibilityId', 'ClaimId', 'Status'])
      .select(['DateCreated', 'DateProcessed'])
      .select(hasNoData)
      .orderBy('TaskId', page.order)
      .$if(page.after !== undefined, (rows) => rows.where('TaskId', '>', page.after ?? 0))
    const rows = await this.connection.dialect.first(query, page.count).execute()
    const ids = rows.map(({ TaskId }) => TaskId)
    const runs = await this.lastRuns(schema, ids)
    const closings = filter.closed || filter.id ? await this.closings.of(schema, ids) : undefined
    return rows.map((row) => {
      const lastRun = runs.get(row.TaskId)
      const closed = closings?.get(row.TaskId)
      return {
        ...{ schema, taskId: row.TaskId, task: row.Task, reference: row.Reference, claimId: row.ClaimId },
        ...{ status: row.Status, created: shownTime(row.DateCreated) },
        processed: row.DateProcessed === null ? null : shownTime(row.DateProcessed),
        key: taskKey(row),
        ...(hasLostData(row) ? { dataGone: true } : {}),
        ...(lastRun ? { lastRun } : {}),
        ...(closed ? { closed } : {}),
      }
    })
  }

  async count(schema: TaskSchema, status: string, filter: TaskFilter): Promise<number> {
    const { count } = await this.meant(schema, status, filter)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** Lets failed rows have a new run, unless one of theirs is owed. @returns those that have one now */
  async setPending(schema: TaskSchema, ids: readonly number[]): Promise<number[]> {
    if (!ids.length) return []
    const { db, dialect } = this.connection
    const owed = db
      .selectFrom('AsyncSchema.Outbox as o')
      .select('o.TaskId')
      .where('o.TaskSchema', '=', schema)
      .where('o.TaskId', 'in', ids)
      .where('o.DateEnded', 'is', null)
    const anew = db
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.pending, DateProcessed: null })
      .where('TaskId', 'in', ids)
      .where('Status', '=', taskStatus.failed)
      .where('TaskId', 'not in', owed)
    const rows = await dialect.returning(anew, ['TaskId']).execute()
    return rows.map(({ TaskId }) => TaskId)
  }

  private meant(
    schema: TaskSchema,
    status: string,
    { id, task, reference, until, closed = false, ...ages }: TaskFilter,
  ) {
    return this.connection.db
      .selectFrom(`${schema}.Task`)
      .where('Status', '=', status)
      .$if(closed, (rows) => rows.where(isClosed(schema)))
      .$if(!closed && id === undefined && status === taskStatus.failed, (rows) =>
        rows.where((row) => row.not(isClosed(schema))),
      )
      .$if(id !== undefined, (rows) => rows.where('TaskId', '=', id ?? 0))
      .$if(task !== undefined, (rows) => rows.where('Task', '=', task ?? ''))
      .$if(reference !== undefined, (rows) => rows.where('Reference', '=', reference ?? ''))
      .$if(ages.olderThan !== undefined, (rows) => rows.where(ended, '<=', this.ago(ages.olderThan)))
      .$if(until !== undefined, (rows) => rows.where(ended, '<=', toLondon(new Date(until ?? 0))))
      .$if(ages.newerThan !== undefined, (rows) => rows.where(ended, '>=', this.ago(ages.newerThan)))
  }

  private ago(ms = 0): LocalTime {
    return toLondon(new Date(this.clock.instant().getTime() - ms))
  }

  private async lastRuns(schema: TaskSchema, ids: readonly number[]): Promise<Map<number, LastRun>> {
    if (!ids.length) return new Map()
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select(['TaskId', 'MessageId', 'Run', 'Subject', 'State', 'LastReason', 'DateEnded'])
      .where('TaskSchema', '=', schema)
      .where('TaskId', 'in', ids)
      .orderBy('Run')
      .execute()
    // Of several of one row the last stays.
    return new Map(
      rows.map((row) => [
        row.TaskId ?? 0,
        {
          ...{ id: row.MessageId, run: row.Run ?? 0, subject: row.Subject, state: row.State },
          ...{ reason: row.LastReason, ended: row.DateEnded === null ? null : shownTime(row.DateEnded) },
        },
      ]),
    )
  }
}

/** Whether there is no message of this very row to run again: only a new run helps. */
export const needsNewRun = ({ key, lastRun }: TaskRow): boolean =>
  lastRun === undefined ||
  (lastRun.subject === '' && lastRun.state === outboxState.failed) ||
  (taskOfId(lastRun.id)?.key ?? key) !== key

/** The schemas a filter leaves. */
export const schemasOf = ({ schema }: TaskFilter): readonly TaskSchema[] => (schema ? [schema] : taskSchemas)
