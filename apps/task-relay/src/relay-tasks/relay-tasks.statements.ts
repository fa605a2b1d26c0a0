import { sql, type Compilable, type Kysely } from 'kysely'
import type { LocalTime } from '#shared/clock'
import { taskMessageId, taskStatus, type TaskRef } from '#shared/contracts'
import { outboxState, type Database, type NewRow } from '#shared/database'
import type { PendingTask, RelayDecision } from './relay-tasks.rules.js'

/** Spelt out, for a parameter would keep both databases from using the index of the pending rows. */
export const pending = sql.lit(taskStatus.pending)

type Ending = Exclude<RelayDecision, { kind: 'publish' }>

/** Rows that wait are under way. */
export function setInProgress(
  db: Kysely<Database>,
  schema: TaskRef['schema'],
  taskIds: readonly number[],
): Compilable[] {
  if (!taskIds.length) return []
  return [
    db
      .updateTable(`${schema}.Task`)
      .set({ Status: taskStatus.inProgress })
      .where('TaskId', 'in', taskIds)
      .where('Status', '=', pending),
  ]
}

/** A row that waits ends without a message, and a run of it says why. */
export const endings = (
  db: Kysely<Database>,
  task: TaskRef,
  decision: Ending,
  now: LocalTime,
): Compilable[] => [
  db.insertInto('AsyncSchema.Outbox').values(endedRun(task, decision, now)),
  endTask(db, task, decision, now),
]

/** The row alone. */
export const endTask = (
  db: Kysely<Database>,
  { schema, taskId }: Pick<TaskRef, 'schema' | 'taskId'>,
  { kind }: Pick<Ending, 'kind'>,
  now: LocalTime,
) =>
  db
    .updateTable(`${schema}.Task`)
    .set({ Status: kind === 'fail' ? taskStatus.failed : taskStatus.complete, DateProcessed: now })
    .where('TaskId', '=', taskId)
    .where('Status', '=', pending)

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
    LastReason: failed ? decision.reason : null,
    DateCreated: now,
    DateLastHeard: now,
    DateEnded: now,
  }
}

interface Runs {
  readonly last: number
  /** One of them has not ended. */
  readonly open: boolean
}

/** What runs the rows at hand have. */
export async function runsOf(
  db: Kysely<Database>,
  schema: TaskRef['schema'],
  rows: readonly Pick<PendingTask, 'TaskId'>[],
): Promise<Map<number, Runs>> {
  if (!rows.length) return new Map()
  const runs = await db
    .selectFrom('AsyncSchema.Outbox')
    .select((eb) => [
      'TaskId',
      eb.fn.max('Run').as('last'),
      // Counts what is there.
      sql<number>`sum(case when ${sql.ref('DateEnded')} is null then 1 else 0 end)`.as('open'),
    ])
    .where('TaskSchema', '=', schema)
    .where(
      'TaskId',
      'in',
      rows.map(({ TaskId }) => TaskId),
    )
    .groupBy('TaskId')
    .execute()
  return new Map(runs.map(({ TaskId, last, open }) => [TaskId ?? 0, { last: last ?? 0, open: open > 0 }]))
}
