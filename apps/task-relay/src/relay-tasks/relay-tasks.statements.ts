import { sql, type Compilable, type Kysely } from 'kysely'
import type { LocalTime } from '#shared/clock'
import { taskMessageId, taskStatus, type TaskRef } from '#shared/contracts'
import { outboxState } from '#shared/unit-of-work'
import { fit, type Database, type NewRow, type SqlDialect } from '#shared/database'
import type { RelayDecision } from './relay-tasks.rules.js'

/** Spelt out, for a parameter would keep both databases from using the index of the pending rows. */
export const pending = sql.lit(taskStatus.pending)

/** The same, for the index of what waits for its moment: however many do, only the first ones are read. */
export const waiting = sql.lit(outboxState.waiting)

/** The moments that messages of the outbox wait for, the first one first. */
export const momentsOf = (db: Kysely<Database>, dialect: SqlDialect) =>
  db
    .selectFrom(dialect.looking('AsyncSchema.Outbox', 'o'))
    .select(['o.OutboxId', 'o.DateNotBefore'])
    .where('o.State', '=', waiting)
    // An item of a flow waits for its turn, and for no moment.
    .where('o.DateNotBefore', 'is not', null)
    .orderBy('o.DateNotBefore')

type Ending =
  | Exclude<RelayDecision, { kind: 'publish' | 'fail' }>
  | { readonly kind: 'fail'; readonly reason: string }

/** Puts rows that wait under way, and gives the ids of those that did wait: they are taken, and no other is. */
export const takeRows = (
  dialect: SqlDialect,
  db: Kysely<Database>,
  schema: TaskRef['schema'],
  taskIds: readonly number[],
): Compilable<{ TaskId: number }> =>
  dialect.returning(
    db
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.inProgress })
      .where('TaskId', 'in', taskIds)
      .where('Status', '=', pending),
    ['TaskId'],
  )

/** A row that was taken ends without a message, and a run of it says why. */
export const endings = (
  db: Kysely<Database>,
  task: TaskRef,
  decision: Ending,
  now: LocalTime,
): Compilable[] => [
  db.insertInto('AsyncSchema.Outbox').values(endedRun(task, decision, now)),
  endTask(db, task, decision, now),
]

const endTask = (db: Kysely<Database>, { schema, taskId }: TaskRef, { kind }: Ending, now: LocalTime) =>
  db
    .updateTable(`${schema}.Task`)
    .set({ Status: kind === 'fail' ? taskStatus.failed : taskStatus.complete, DateProcessed: now })
    .where('TaskId', '=', taskId)
    .where('Status', '=', sql.lit(taskStatus.inProgress))

/** A run that ended as it was taken, so that its reason is where an operator looks. */
function endedRun(task: TaskRef, decision: Ending, now: LocalTime): NewRow<'AsyncSchema.Outbox'> {
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
    LastReason: failed ? fit('AsyncSchema.Outbox', 'LastReason', decision.reason) : null,
    DateCreated: now,
    DateLastHeard: now,
    DateEnded: now,
  }
}

/** What runs rows have: how many, and whether one of them has not ended. */
export const runsOf = (db: Kysely<Database>, schema: TaskRef['schema'], taskIds: readonly number[]) =>
  db
    .selectFrom('AsyncSchema.Outbox')
    .select((eb) => [
      'TaskId',
      eb.fn.max('Run').as('last'),
      // Counts what is there.
      // Of all the runs of a row one at most is an item.
      eb.fn.max('FlowStepId').as('flowStep'),
      sql<number>`sum(case when ${sql.ref('DateEnded')} is null then 1 else 0 end)`.as('open'),
    ])
    .where('TaskSchema', '=', schema)
    .where('TaskId', 'in', taskIds)
    .groupBy('TaskId')

/** A new run of a row is the item of a flow in the place of the run before it, which failed. */
export const itemPassedOn = (
  db: Kysely<Database>,
  { schema, taskId, run }: TaskRef,
  flowStep: number,
): Compilable[] => {
  const runs = db
    .updateTable('AsyncSchema.Outbox')
    .where('TaskSchema', '=', schema)
    .where('TaskId', '=', taskId)
  return [
    runs.set({ FlowStepId: null }).where('Run', '<', run).where('FlowStepId', '=', flowStep),
    runs.set({ FlowStepId: flowStep }).where('Run', '=', run),
  ]
}
