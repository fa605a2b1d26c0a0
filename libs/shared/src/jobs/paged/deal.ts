import type { Kysely } from 'kysely'
import { NotOwed, type Message, type MessageIdentity } from '../../contracts/index.js'
import type { Database, DatabaseConnection } from '../../database/index.js'
import type { UnitOfWork, Work } from '../../unit-of-work/index.js'
import type { Delivery } from '../../messaging/index.js'
import type { AnyJobStage } from './job-stage.js'
import { RowsFailed } from './lone-rows.js'

/** Some rows of a stage. */
interface Dealing<FollowUp extends Message> {
  /** As which message they are dealt with. */
  readonly message: MessageIdentity<FollowUp>
  readonly read: (db: Kysely<Database>) => Promise<readonly unknown[]>
  /** Which of those that were read. */
  readonly choose: (rows: readonly unknown[]) => readonly unknown[]
  /** What is written down with the change, in its transaction. */
  readonly record: (
    work: Work<FollowUp>,
    rows: readonly unknown[],
    change: () => Promise<number>,
  ) => Promise<void>
}

/**
 * Does what is to be done to some rows: what is outside first, the rest in one transaction.
 * @returns false if it was done before
 * @throws RowsFailed if there are rows, and the transaction failed
 */
export async function deal<FollowUp extends Message>(
  { connection, unitOfWork }: { readonly connection: DatabaseConnection; readonly unitOfWork: UnitOfWork },
  { signal }: Delivery<FollowUp>,
  stage: AnyJobStage<FollowUp>,
  { message, read, choose, record }: Dealing<FollowUp>,
): Promise<boolean> {
  const before = stage.outside ? choose(await read(connection.db)) : undefined
  const prepared: unknown = before?.length ? await stage.outside?.(before, signal) : undefined
  let rows = before ?? []
  try {
    return await unitOfWork.run(message, async (work) => {
      rows = before ?? choose(await read(work.db))
      await record(work, rows, async () => (rows.length ? stage.change(work, rows, prepared) : 0))
    })
  } catch (error) {
    throw rows.length && !(error instanceof NotOwed) ? new RowsFailed(rows, error) : error
  }
}
