import { SystemClock, type Clock } from '#shared/clock'
import type { Kysely } from 'kysely'
import { taskStatus } from '#shared/contracts'
import {
  tables,
  type Database,
  type DatabaseConnection,
  type SqlDialect,
  type TableName,
} from '#shared/database'
import { insertTogether } from './insert-together.js'
import type { Rows, SubmittedClaim } from './submitted-claim.js'

/** Parents come before children in it. */
const tableNames = Object.keys(tables) as TableName[]

export interface SubmitOptions {
  /** Whose London time the Task row's `DateCreated` has; the machine's by default. */
  readonly clock?: Clock
  /** What the Task rows begin as: `PENDING`; with another one nobody takes them until somebody changes that. */
  readonly status?: string
  /** Told of each claim as soon as it is committed. */
  readonly onSubmitted?: (claim: SubmittedClaim) => void
}

/**
 * Submits claims as the external web app does: for each, its rows in `ExtSchema` and then a `COMPLETE-CLAIM` Task
 * row, in one transaction. What must be in `IntSchema` before is inserted first, for all of them. Rows have ids of the
 * claim's own, except the Task row's, which the database numbers; SQL Server takes such ids from the tables' owner
 * only. To be done once for a claim: the second time its keys are taken.
 */
export async function submit(
  connection: DatabaseConnection,
  claims: readonly SubmittedClaim[],
  { clock = new SystemClock(), status = taskStatus.pending, onSubmitted }: SubmitOptions = {},
): Promise<void> {
  const { db, dialect } = connection
  await db.transaction().execute(async (transaction) => {
    for (const { existing } of claims) await insertRows(transaction, dialect, existing)
  })
  for (const claim of claims) {
    await db.transaction().execute(async (transaction) => {
      await insertRows(transaction, dialect, claim.rows)
      await insertTask(transaction, claim, { clock, status })
    })
    onSubmitted?.(claim)
  }
}

async function insertTask(
  db: Kysely<Database>,
  claim: SubmittedClaim,
  { clock, status }: Required<Pick<SubmitOptions, 'clock' | 'status'>>,
): Promise<void> {
  await db
    .insertInto('ExtSchema.Task')
    .values({
      Task: 'COMPLETE-CLAIM',
      Reference: claim.reference,
      EligibilityId: claim.eligibilityId,
      ClaimId: claim.claimId,
      AdditionalData: claim.taskData,
      DateCreated: clock.now(),
      Status: status,
    })
    .execute()
}

async function insertRows(db: Kysely<Database>, dialect: SqlDialect, rows: Rows): Promise<void> {
  for (const table of tableNames) {
    for (const row of rows[table] ?? []) await insertTogether(db, dialect, table, [row])
  }
}
