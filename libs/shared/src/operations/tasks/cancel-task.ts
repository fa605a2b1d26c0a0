import type { Transaction } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import { taskStatus, type TaskRef } from '../../contracts/index.js'
import type { Database, DatabaseConnection } from '../../database/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import { OperationFailed } from '../operation-failed.js'

/** A Task row by its number. */
export type TaskNumber = Pick<TaskRef, 'schema' | 'taskId'>

/**
 * Calls off what waits for its moment: its Task row is complete, and its run says that nothing was done. Where the relay
 * releases it meanwhile, that stands, and nothing changes here.
 * @throws OperationFailed if the row does not wait
 */
export async function cancelTask(
  connection: DatabaseConnection,
  task: TaskNumber,
  { now, dryRun }: { readonly now: LocalTime; readonly dryRun: boolean },
): Promise<void> {
  if (dryRun) {
    if (!(await waits(connection.db, task).executeTakeFirst())) throw doesNotWait(task)
    return
  }
  await connection.transaction(async (db) => {
    // The Task row comes first, as it does for everybody (ADR 34).
    await db
      .updateTable(`${task.schema}.Task`)
      .set({ Status: taskStatus.complete, DateProcessed: now })
      .where('TaskId', '=', task.taskId)
      // Pending: it was written with its message, and the relay has not come upon it yet.
      .where('Status', 'in', [taskStatus.pending, taskStatus.inProgress])
      .where((row) => row.exists(waits(db, task)))
      .execute()
    const { numUpdatedRows } = await db
      .updateTable('AsyncSchema.Outbox')
      .set({ State: outboxState.cancelled, LastReason: 'cancelled', DateEnded: now, DateLastHeard: now })
      .where('TaskSchema', '=', task.schema)
      .where('TaskId', '=', task.taskId)
      .where('State', '=', outboxState.waiting)
      .executeTakeFirst()
    if (!numUpdatedRows) throw doesNotWait(task)
  })
}

const waits = (db: DatabaseConnection['db'] | Transaction<Database>, { schema, taskId }: TaskNumber) =>
  db
    .selectFrom('AsyncSchema.Outbox as o')
    .select('o.OutboxId')
    .where('o.TaskSchema', '=', schema)
    .where('o.TaskId', '=', taskId)
    .where('o.State', '=', outboxState.waiting)

const doesNotWait = ({ schema, taskId }: TaskNumber): OperationFailed =>
  new OperationFailed(
    `${schema}.Task.${taskId} does not wait for its moment: only what does can be called off`,
  )
