import type { Kysely } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import { taskStatus, type TaskRef } from '../../contracts/index.js'
import { givenUpAt, outboxState } from '../../unit-of-work/index.js'
import type { Database } from '../../database/index.js'
import { jobRunState } from '../../jobs/index.js'

/**
 * The statements that make a failed run owed again, and its Task row under way. The Task row is taken first, as it is by
 * everybody (ADR 34): nobody can start another run of it before the commit. It is changed last, and only with the run: one
 * that is being pruned is gone once it has been waited for.
 */
export function reopenRun(
  db: Kysely<Database>,
  run: { readonly id: string; readonly task?: TaskRef | undefined },
  now: LocalTime,
) {
  const { id, task } = run
  const outbox = db
    .updateTable('AsyncSchema.Outbox')
    .set({ State: outboxState.toPublish, DateLastHeard: now, DateEnded: null })
    // Where it was published before says nothing of where it will be.
    .set({ DatePublished: null, StreamSequence: null })
    // How an item of a flow failed before is no failure of today.
    .set((run) => ({
      LastReason: run.case().when('FlowStepId', 'is', null).then(run.ref('LastReason')).else(null).end(),
    }))
    .where('MessageId', '=', id)
    .where('State', '=', outboxState.failed)
  if (!task) return [outbox]
  const itsRow = db
    .updateTable(`${task.schema}.Task`)
    .where('TaskId', '=', task.taskId)
    .where('Status', '=', taskStatus.failed)
  return [
    itsRow.set((row) => ({ Status: row.ref('Status') })),
    outbox
      .where((eb) => eb.not(eb.exists(laterRun(db, task))))
      .where((eb) => eb.not(eb.exists(taskElsewhere(db, task)))),
    itsRow
      .set({ Status: taskStatus.inProgress, DateProcessed: null })
      .where((eb) => eb.exists(openRun(db, id))),
  ]
}

/** The runs over many rows that consumers gave up on go on. */
export const reopenJobs = (
  db: Kysely<Database>,
  consumers: readonly string[],
  ids: readonly string[],
  now: LocalTime,
) =>
  db
    .updateTable('AsyncSchema.JobRun')
    .set({ State: jobRunState.running, DateLastHeard: now, DateEnded: null })
    .where('Consumer', 'in', consumers)
    .where('MessageId', 'in', ids)
    .where('State', '=', jobRunState.failed)

/** What consumers gave up on is to be done again: messages that are owed now, and those that no row of the outbox is for. */
export const reopenMessages = (db: Kysely<Database>, consumers: readonly string[], ids: readonly string[]) =>
  db
    .deleteFrom('AsyncSchema.Inbox')
    .where('Consumer', 'in', consumers.map(givenUpAt))
    .where('MessageId', 'in', ids)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('AsyncSchema.Outbox as o')
            .select('o.OutboxId')
            .whereRef('o.MessageId', '=', 'AsyncSchema.Inbox.MessageId')
            .where('o.DateEnded', 'is not', null),
        ),
      ),
    )

const openRun = (db: Kysely<Database>, id: string) =>
  db
    .selectFrom('AsyncSchema.Outbox as o')
    .select('o.OutboxId')
    .where('o.MessageId', '=', id)
    .where('o.DateEnded', 'is', null)

const laterRun = (db: Kysely<Database>, { schema, taskId, run }: TaskRef) =>
  db
    .selectFrom('AsyncSchema.Outbox as l')
    .select('l.OutboxId')
    .where('l.TaskSchema', '=', schema)
    .where('l.TaskId', '=', taskId)
    .where('l.Run', '>', run)

/** The Task row, if it has neither failed nor is under way: somebody has changed it meanwhile. */
const taskElsewhere = (db: Kysely<Database>, { schema, taskId }: TaskRef) =>
  db
    .selectFrom(`${schema}.Task`)
    .select('TaskId')
    .where('TaskId', '=', taskId)
    .where('Status', 'not in', [taskStatus.failed, taskStatus.inProgress])
