import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { dataSeparator, taskStatus, type EvidenceReminder, type TaskName } from '../contracts/index.js'
import type { Database } from '../database/index.js'

/** Tasks that are the same thing for a claim. */
export interface SameTask {
  readonly task: TaskName
  /** Reminders of the same task are told apart by the end of its data. */
  readonly reminder?: EvidenceReminder
}

/** What the claimant has answered, and nobody has taken in yet. */
export const answer: SameTask = { task: 'REQUEST-INFORMATION-RESPONSE' }

type Schema = 'ExtSchema' | 'IntSchema'
type Condition = RawBuilder<SqlBool>
/** With its table or alias: the Task tables have a column of that name, too. */
export type ClaimIdColumn = `${string}.ClaimId`

// Spelt out, for they are no data: a parameter would keep both databases from using the index of the pending rows.
const waits = sql`${sql.lit(taskStatus.pending)}, ${sql.lit(taskStatus.inProgress)}`
const [failed, complete] = [sql.lit(taskStatus.failed), sql.lit(taskStatus.complete)]

/**
 * Whether work is under way for a claim: a row of one of these tasks, in either Task table, that is open (see `isOpen`).
 * A condition of a statement, the same for all jobs. Why: ADR 25.
 * @param claimId the column with the claim's id, as the statement names it
 */
export const isUnderWay = (
  db: Kysely<Database>,
  claimId: ClaimIdColumn,
  tasks: readonly SameTask[],
): Condition =>
  hasTask(
    db,
    claimId,
    (schema) =>
      sql`(${sql.join(
        tasks.map((same) => isOpen(schema, same)),
        sql` or `,
      )})`,
  )

/** Whether a task for a claim, whichever it is but for one, waits or is in progress. */
export const isBusy = (
  db: Kysely<Database>,
  claimId: ClaimIdColumn,
  { butFor }: { butFor: TaskName },
): Condition =>
  hasTask(db, claimId, () => sql`${sql.ref('t.Status')} in (${waits}) and ${sql.ref('t.Task')} <> ${butFor}`)

/**
 * Whether the row `t` of a Task table is of a task and open: it waits, is in progress, or has failed and was not dealt with. That it
 * is when it, or a later row of the same task for the claim, is complete, or when somebody gave it a status of their own.
 */
export function isOpen(schema: Schema, same: SameTask): Condition {
  const status = sql.ref('t.Status')
  const sameAsThis = sql`${sql.ref('l.Task')} = ${sql.ref('t.Task')} and ${sql.ref('l.ClaimId')} = ${sql.ref('t.ClaimId')}`
  const afterThis = sql`${sql.ref('l.TaskId')} > ${sql.ref('t.TaskId')} and ${isOf('l', same)}`
  const success = sql`select 1 from ${sql.table(`${schema}.Task`)} as ${sql.ref('l')} where ${sql.ref('l.Status')} = ${complete}`
  const later = sql`${success} and ${sameAsThis} and ${afterThis}`
  const open = sql<SqlBool>`(${status} in (${waits}) or ${status} = ${failed} and not exists (${later}))`
  return sql`(${isOf('t', same)} and ${open})`
}

function isOf(alias: string, { task, reminder }: SameTask): Condition {
  const name = sql<SqlBool>`${sql.ref(`${alias}.Task`)} = ${task}`
  if (reminder === undefined) return name
  return sql`${name} and ${sql.ref(`${alias}.AdditionalData`)} like ${`%${dataSeparator}${reminder}`}`
}

/** Asked of the claim at hand: the index on the claim's id finds its few tasks, however many there are of others. */
function hasTask(
  db: Kysely<Database>,
  claimId: ClaimIdColumn,
  which: (schema: Schema) => Condition,
): Condition {
  const taskIn = (schema: Schema) =>
    db
      .selectFrom(`${schema}.Task as t` as 'IntSchema.Task as t')
      .select('t.TaskId')
      .where('t.ClaimId', '=', sql.ref<number>(claimId))
      .where(which(schema))
  return sql`(exists ${taskIn('IntSchema')} or exists ${taskIn('ExtSchema')})`
}
