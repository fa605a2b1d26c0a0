import { Injectable } from '@nestjs/common'
import { taskOfId, taskStatus, type TaskRef } from '../../contracts/index.js'
import { RunAgain, type Judged, type ToRunAgain } from '../runs/run-again.js'
import { runsBy } from '../runs/run-again.rules.js'
import { ClosedTasks, type Closed } from './closed-tasks.repository.js'
import { needsNewRun, schemasOf, TaskRows, type TaskFilter, type TaskRow } from './task-rows.repository.js'

/**
 * What became of a Task row. `retried`: its last run is under way again. `new-run`: it is `PENDING`, for its last run
 * had no message. The others are as they were: somebody is at it, or it is done, or nobody knows any more what there was
 * to do (`data-gone`).
 */
export type TaskOutcome =
  | 'retried'
  | 'new-run'
  | 'done-already'
  | 'superseded'
  | 'data-gone'
  | 'changed-meanwhile'
  | 'not-published'

export interface TaskResult {
  readonly row: TaskRow
  readonly outcome: TaskOutcome
}

interface RowToRun extends ToRunAgain {
  readonly row: TaskRow
}

const rowsAtOnce = 200

/** Task rows as an operator sees them. */
@Injectable()
export class FailedTasks {
  constructor(private readonly rows: TaskRows) {}

  /** The newest rows of a status, those of one schema after those of the other, and how many there are in all. */
  async list(status: string, filter: TaskFilter, limit: number): Promise<{ rows: TaskRow[]; total: number }> {
    const rows: TaskRow[] = []
    let total = 0
    for (const schema of schemasOf(filter)) {
      total += await this.rows.count(schema, status, filter)
      rows.push(...(await this.rows.find(schema, status, filter, { count: limit, order: 'desc' })))
    }
    return { rows: rows.slice(0, limit), total }
  }
}

/** What an operator does with Task rows, for the actions to carry out. */
@Injectable()
export class TaskOperations {
  constructor(
    private readonly rows: TaskRows,
    private readonly runAgain: RunAgain,
    private readonly closings: ClosedTasks,
  ) {}

  /**
   * Closes failed rows, page by page: nobody is to look at them any more. The rows stay as they are.
   * @param by nobody where it is only to be said how many
   */
  async *close(
    filter: TaskFilter,
    by: Pick<Closed, 'person' | 'reason'> | undefined,
  ): AsyncGenerator<number> {
    for (const schema of schemasOf(filter)) {
      for (let after = 0; ;) {
        const page = { after, count: rowsAtOnce, order: 'asc' } as const
        const rows = await this.rows.find(schema, taskStatus.failed, filter, page)
        const ids = rows.map(({ taskId }) => taskId)
        if (ids.length) yield by ? await this.closings.close(schema, ids, by, filter.until) : ids.length
        if (rows.length < rowsAtOnce) break
        after = ids.at(-1) ?? after
      }
    }
  }

  /**
   * Lets failed rows run again, page by page: their last run with the id it had, so that nothing is done or sent twice;
   * a new one only where the last had no message.
   * @param dryRun only say what would be done
   */
  async *retry(filter: TaskFilter, dryRun: boolean): AsyncGenerator<TaskResult[]> {
    for (const schema of schemasOf(filter)) {
      for (let after = 0; ;) {
        const page = { after, count: rowsAtOnce, order: 'asc' } as const
        const rows = await this.rows.find(schema, taskStatus.failed, filter, page)
        if (rows.length) yield await this.retryPage(schema, rows, dryRun)
        if (rows.length < rowsAtOnce) break
        after = rows.at(-1)?.taskId ?? after
      }
    }
  }

  private async retryPage(
    schema: TaskRef['schema'],
    rows: readonly TaskRow[],
    dryRun: boolean,
  ): Promise<TaskResult[]> {
    const gone = rows.filter((row) => row.dataGone).map((row): TaskResult => ({ row, outcome: 'data-gone' }))
    const whole = rows.filter((row) => !row.dataGone)
    const anew = whole.filter(needsNewRun)
    const judged = await this.runAgain.judge(whole.filter((row) => !needsNewRun(row)).map(toRunAgain))
    const begun = (isSo: (row: TaskRow) => boolean) =>
      anew.map((row): TaskResult => ({ row, outcome: isSo(row) ? 'new-run' : 'changed-meanwhile' }))
    if (dryRun) return [...gone, ...begun(() => true), ...judged.map(foreseen)]
    const ids = anew.map(({ taskId }) => taskId)
    const pending = new Set(await this.rows.setPending(schema, ids))
    const open = new Set(await this.runAgain.reopen(judged))
    const results = judged.map(async (each): Promise<TaskResult> => {
      if (!runsBy(each.verdict)) return foreseen(each)
      return {
        row: each.message.row,
        outcome: open.has(each) ? await this.publish(each) : 'changed-meanwhile',
      }
    })
    return [...gone, ...begun(({ taskId }) => pending.has(taskId)), ...(await Promise.all(results))]
  }

  private async publish(judged: Judged): Promise<TaskOutcome> {
    try {
      await this.runAgain.publish(judged)
      return 'retried'
    } catch {
      // It is owed: the relay publishes it.
      return 'not-published'
    }
  }
}

function toRunAgain(row: TaskRow): RowToRun {
  const { schema, taskId, lastRun } = row
  // Another failure is another occasion; the same one, repeated, is not.
  const occasion = `${lastRun?.ended ?? 'owed'}`.replace(/\D/g, '')
  const id = lastRun?.id ?? ''
  return { row, id, task: taskOfId(id) ?? { schema, taskId, run: lastRun?.run ?? 0 }, occasion }
}

const foreseen = ({ message, verdict }: Judged<RowToRun>): TaskResult => ({
  row: message.row,
  outcome: runsBy(verdict) ? 'retried' : verdict,
})
